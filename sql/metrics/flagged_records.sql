-- one row per snapshot and flag
-- paper: none
-- numerator: trials of the cohort with the flag, and all that a search found with it
-- denominator: trials of the cohort
-- why: values that can not be meant are left out of the metric that needs them, and counted here
-- key: flag
-- among: cohort
-- facets: flag = {flag}
-- counts: trials, as share of cohort
-- flag: what is wrong; none for trials without any flag
-- affected_metric: the metric that leaves the value out
-- trials: trials of the cohort with the flag
-- all_trials: trials that a search found with the flag, in the cohort or not
-- percentage: of the cohort's trials
with trials as (
    select * from core.trials
    where is_found_by_search
),

flagged as (
    select
        trials.snapshot_id,
        trials.nct_id,
        trials.is_in_cohort,
        coalesce(flags.flag, 'none') as flag,
        coalesce(flags.affected_metric, 'none') as affected_metric
    from trials
    left join core.trial_flags as flags using (snapshot_id, nct_id)
),

final as (
    select
        flagged.snapshot_id,
        flagged.flag,
        flagged.affected_metric,
        count(distinct flagged.nct_id) filter (where flagged.is_in_cohort) as trials,
        count(distinct flagged.nct_id) as all_trials,
        100.0 * count(distinct flagged.nct_id) filter (where flagged.is_in_cohort)
        / nullif(any_value(cohort_size.trials), 0) as percentage
    from flagged
    inner join metrics.cohort_size using (snapshot_id)
    group by flagged.snapshot_id, flagged.flag, flagged.affected_metric
)

select * from final
order by snapshot_id asc, all_trials desc, flag asc
