-- one row per snapshot, dimension and value
-- paper: none
-- numerator: trials of the cohort by what became of their plans
-- denominator: trials of the cohort whose plan and outcome both are known
-- why: plans slip; which read-outs are due next, and which records are out of date
-- key: dimension, value
-- among: cohort
-- facets: {dimension} = {value}
-- counts: read_out_trials (read-outs due) where read_out = due, as share of active_trials
-- counts: update_overdue_trials (updates overdue) where update = overdue, as share of active_trials
-- counts: short_trials (short of plan), as share of compared_trials
-- links: trials
-- links: active_trials where is_active = true
-- needs: statusModule.primaryCompletionDateStruct.date for read_out_trials, completion_passed_trials,
--   completion_compared_trials, completion_later_trials
-- needs: statusModule.lastUpdatePostDateStruct.date for update_overdue_trials
-- needs: designModule.enrollmentInfo.type for compared_trials, short_trials
-- needs: statusModule.startDateStruct.date for start_compared_trials, start_later_trials
-- dimension: all, region, phase or funding source
-- value: value of the dimension
-- trials: trials of the cohort
-- active_trials: those under way
-- read_out_trials: under way, with the primary completion planned within the coming months
-- completion_passed_trials: under way, though the planned primary completion has passed
-- update_overdue_trials: under way and not updated for longer than the law allows
-- compared_trials: trials whose planned and actual enrollment both are known from the series of snapshots
-- short_trials: those that enrolled fewer than planned
-- short_percentage: of the trials compared
-- median_enrolled_percentage: participants per hundred planned
-- start_compared_trials: trials whose start was once planned
-- start_later_trials: those whose start now lies later than first planned
-- median_start_slip_days: of the trials whose start moved later
-- completion_compared_trials: trials whose primary completion was once planned
-- completion_later_trials: those whose primary completion now lies later than first planned
-- median_completion_slip_days: of the trials whose primary completion moved later
with cohort as (
    select
        progress.*,
        trials.is_active,
        unnest(['all', 'region', 'phase', 'funding source']) as dimension,
        unnest(['all', trials.region, trials.phase, trials.funding_source]) as value
    from core.trial_progress as progress
    inner join core.trials using (snapshot_id, nct_id)
    where trials.is_in_cohort
),

counted as (
    select
        snapshot_id,
        dimension,
        value,
        count(*) as trials,
        count(*) filter (where is_active) as active_trials,
        count(*) filter (where is_read_out_due) as read_out_trials,
        count(*) filter (where is_completion_passed) as completion_passed_trials,
        count(*) filter (where is_update_overdue) as update_overdue_trials,
        count(enrolled_percentage) as compared_trials,
        count(*) filter (where enrolled_percentage < 100) as short_trials,
        100.0 * count(*) filter (where enrolled_percentage < 100) / nullif(count(enrolled_percentage), 0)
            as short_percentage,
        median(enrolled_percentage) as median_enrolled_percentage,
        count(start_slip_days) as start_compared_trials,
        count(*) filter (where start_slip_days > 0) as start_later_trials,
        median(start_slip_days) filter (where start_slip_days > 0) as median_start_slip_days,
        count(completion_slip_days) as completion_compared_trials,
        count(*) filter (where completion_slip_days > 0) as completion_later_trials,
        median(completion_slip_days) filter (where completion_slip_days > 0) as median_completion_slip_days
    from cohort
    group by snapshot_id, dimension, value
)

select * from counted
order by snapshot_id asc, dimension asc, trials desc, value asc
