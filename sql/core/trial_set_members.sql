-- one row per snapshot, trial and set of trials that the paper counts
-- why: lists the trials behind each count of sections 3 to 5, in and out of the cohort
-- key: nct_id, trial_set
with labels as (
    select
        snapshot_id,
        nct_id,
        attribute,
        value
    from core.labels
    union all
    select
        snapshot_id,
        nct_id,
        'phase' as attribute,
        phase as value
    from core.trials
    union all
    select
        snapshot_id,
        nct_id,
        'status' as attribute,
        status as value
    from core.trials
),

final as (
    select distinct
        labels.snapshot_id,
        labels.nct_id,
        rules.trial_set
    from labels
    inner join meta.trial_sets as rules
        on labels.attribute = rules.attribute
        and (labels.value = rules.value or rules.value = '*')
    inner join core.trials
        on labels.snapshot_id = trials.snapshot_id
        and labels.nct_id = trials.nct_id
    where
        labels.value <> 'unstated'
        and (rules.started_from is null or trials.start_date >= rules.started_from)
        and (rules.started_until is null or trials.start_date <= rules.started_until)
)

select * from final
