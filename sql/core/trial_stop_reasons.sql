-- one row per snapshot, trial that stopped, and reason that its words name
-- why: what stops trials, in the sponsor's words; a reason denied ('not due to safety') is none
-- key: nct_id, reason
-- reason: a reason of curation/why_stopped.tsv, other where no row reads the words, unstated where there are none
-- words: the words that name it
-- rule: pattern of curation/why_stopped.tsv that found them
with denials as (
    select string_agg('(?:' || pattern || ')', '|' order by pattern) as pattern
    from meta.why_stopped
    where reason = 'not a reason'
),

stopped as (
    select
        snapshot_id,
        nct_id,
        why_stopped
    from core.trials
    where overall_status in ('TERMINATED', 'WITHDRAWN', 'SUSPENDED')
),

-- the same words of several trials and snapshots are read once
texts as (
    select distinct why_stopped from stopped
),

affirmed as (
    select
        texts.why_stopped,
        regexp_replace(
            regexp_replace(texts.why_stopped, '\s+', ' ', 'g'), '(?i)' || denials.pattern, ' ', 'g'
        ) as words
    from texts
    cross join denials
),

found as (
    select
        affirmed.why_stopped,
        rules.reason,
        rules.pattern,
        regexp_extract(affirmed.words, '(?i)' || rules.pattern) as words
    from affirmed
    inner join meta.why_stopped as rules
        on regexp_matches(affirmed.words, '(?i)' || rules.pattern)
    where rules.reason <> 'not a reason'
),

meant as (
    select
        why_stopped,
        reason,
        first(words order by pattern) as words,
        min(pattern) as rule
    from found
    group by why_stopped, reason
),

named as (
    select
        stopped.snapshot_id,
        stopped.nct_id,
        meant.reason,
        meant.words,
        meant.rule
    from stopped
    inner join meant using (why_stopped)
),

final as (
    select * from named
    union all
    select
        stopped.snapshot_id,
        stopped.nct_id,
        case when stopped.why_stopped is null then 'unstated' else 'other' end as reason,
        stopped.why_stopped as words,
        null as rule
    from stopped
    anti join named using (snapshot_id, nct_id)
)

select * from final
