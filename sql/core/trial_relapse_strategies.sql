-- one row per snapshot, trial, strategy against relapse and label that shows it
-- paper: Table 3
-- why: lists the trials of each strategy, with what put them there
-- key: nct_id, strategy, attribute, value
-- attribute: label that shows the strategy, or text
-- value: value of the label, or the words found
with by_label as (
    select
        labels.snapshot_id,
        labels.nct_id,
        rules.strategy,
        labels.attribute,
        labels.value
    from core.labels
    inner join meta.relapse_strategies as rules
        on labels.attribute = rules.attribute
        and (labels.value = rules.value or rules.value = '*')
    where labels.value <> 'unstated'
),

texts as (
    select
        snapshot_id,
        nct_id,
        regexp_extract(
            lower(concat_ws(' . ', brief_title, official_title, brief_summary)), $antigen_threshold_words
        ) as words
    from core.trials
    where eligibility <> 'ineligible'
),

by_text as (
    select
        texts.snapshot_id,
        texts.nct_id,
        rules.strategy,
        rules.attribute,
        texts.words as value
    from texts
    inner join meta.relapse_strategies as rules
        on rules.attribute = 'text'
    where texts.words <> ''
),

final as (
    select distinct * from by_label
    union all
    select * from by_text
)

select * from final
