-- one row per snapshot, status before and status now
-- paper: none
-- numerator: trials with the status before in the snapshot before it in its series, and the status now in this one
-- denominator: trials with the status before that this snapshot still holds
-- why: what moves from week to week; a first snapshot has no moves
-- key: old_status, new_status
-- counts: trials, as share of status_trials
-- previous_snapshot_id: the snapshot before it in its series
-- days_between: days from its data to these
-- old_status: recruitment status before
-- new_status: recruitment status now; the same where the trial did not move
-- trials: trials of either cohort with the one before and the other now
-- status_trials: trials with that status before
-- percentage: of the trials with that status before
-- trials_per_week: trials by the weeks between; null where both are of one day
-- undated_trials: trials whose status moved without a later day of update
with snapshots as (
    select
        snapshots.snapshot_id,
        days.data_day,
        lag(snapshots.snapshot_id) over series as previous_snapshot_id,
        lag(days.data_day) over series as previous_day
    from raw.snapshots
    inner join core.snapshot_days as days using (snapshot_id)
    window series as (partition by snapshots.series order by snapshots.order_number)
),

moves as (
    select
        snapshots.snapshot_id,
        snapshots.previous_snapshot_id,
        snapshots.data_day - snapshots.previous_day as days_between,
        previous.status as old_status,
        trials.status as new_status,
        count(*) as trials,
        count(*) filter (
            where trials.status <> previous.status
            and trials.last_update_posted_date is not distinct from previous.last_update_posted_date
        ) as undated_trials
    from snapshots
    inner join core.trials
        on snapshots.snapshot_id = trials.snapshot_id
    inner join core.trials as previous
        on snapshots.previous_snapshot_id = previous.snapshot_id and trials.nct_id = previous.nct_id
    where trials.is_in_cohort or previous.is_in_cohort
    group by all
),

final as (
    select
        snapshot_id,
        previous_snapshot_id,
        days_between,
        old_status,
        new_status,
        trials,
        (sum(trials) over (partition by snapshot_id, old_status))::bigint as status_trials,
        100.0 * trials / sum(trials) over (partition by snapshot_id, old_status) as percentage,
        7.0 * trials / nullif(days_between, 0) as trials_per_week,
        undated_trials
    from moves
)

select * from final
order by snapshot_id asc, old_status asc, trials desc, new_status asc
