-- one row per snapshot, dimension, value and ending
-- paper: section 4.4 counts statuses without regard to time
-- numerator: trials of the cohort that ended so
-- denominator: trials of the cohort that can be followed from their registration
-- why: what becomes of trials; metrics.attrition_curves says how soon, each ending competing with the others
-- key: dimension, value, ending
-- among: cohort
-- facets: {dimension} = {value}
-- counts: trials where ending = {ending}, as share of followed_trials
-- needs: statusModule.overallStatus
-- needs: statusModule.completionDateStruct.date for median_days
-- dimension: all, region, phase or funding source
-- value: value of the dimension
-- ending: completed, terminated, withdrawn, suspended, unknown or under way
-- trials: trials that ended so
-- followed_trials: trials of the value that can be followed
-- percentage: of the trials followed
-- median_days: from registration to the ending, of the trials that ended so
with followed as (
    select
        endings.snapshot_id,
        endings.ending,
        endings.days_to_ending,
        unnest(['all', 'region', 'phase', 'funding source']) as dimension,
        unnest(['all', trials.region, trials.phase, trials.funding_source]) as value
    from core.trial_endings as endings
    inner join core.trials using (snapshot_id, nct_id)
    where
        trials.is_in_cohort
        and endings.left_out is null
),

counted as (
    select
        snapshot_id,
        dimension,
        value,
        ending,
        count(*) as trials,
        median(days_to_ending) as median_days
    from followed
    group by snapshot_id, dimension, value, ending
),

final as (
    select
        snapshot_id,
        dimension,
        value,
        ending,
        trials,
        (sum(trials) over (partition by snapshot_id, dimension, value))::bigint as followed_trials,
        100.0 * trials / sum(trials) over (partition by snapshot_id, dimension, value) as percentage,
        median_days
    from counted
)

select * from final
order by snapshot_id asc, dimension asc, value asc, trials desc, ending asc
