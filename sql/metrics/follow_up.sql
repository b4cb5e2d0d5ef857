-- one row per snapshot and value
-- paper: section 4.2: 12% follow patients for more than five years
-- numerator: trials of the cohort whose record states the value; several values of a trial each count
-- denominator: trials of the cohort
-- why: late effects need years; most records are silent
-- key: value
-- among: cohort
-- counts: trials where follow_up_over_five_years = {value}, as share of cohort_trials
-- links: cohort_trials
-- value: yes, no or unstated
-- trials: trials with that value
-- cohort_trials: trials of the cohort
-- percentage: of the cohort's trials
with cohort as (
    select * from core.trials
    where is_in_cohort
),

final as (
    select
        cohort.snapshot_id,
        labels.value,
        count(*) as trials,
        any_value(cohort_size.trials) as cohort_trials,
        100.0 * count(*) / any_value(cohort_size.trials) as percentage
    from cohort
    inner join core.labels using (snapshot_id, nct_id)
    inner join metrics.cohort_size using (snapshot_id)
    where labels.attribute = 'follow_up_over_five_years'
    group by cohort.snapshot_id, labels.value
)

select * from final
order by snapshot_id asc, trials desc, value asc
