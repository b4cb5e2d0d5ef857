-- one row per snapshot and recruitment status
-- paper: section 4.4
-- numerator: trials of the cohort with the status
-- denominator: trials of the cohort
-- why: finished trials are those whose results are due
-- key: status
-- among: cohort
-- facets: status = {status}
-- counts: trials, each trial once, as share of cohort
-- needs: statusModule.overallStatus
-- figure: bars of status
-- title: Recruitment status
-- caption: Trials by recruitment status, in the order of a trial's life.
-- status_order: place of the status in a trial's life
-- trials: trials with that status
-- percentage: of the cohort's trials
-- is_finished: completed, terminated or withdrawn
with known as (
    select
        status,
        bool_or(is_finished) as is_finished
    from meta.statuses
    group by status
),

final as (
    select
        trials.snapshot_id,
        min(trials.status_order) as status_order,
        trials.status,
        coalesce(bool_or(known.is_finished), false) as is_finished,
        count(*) as trials,
        100.0 * count(*) / sum(count(*)) over (partition by trials.snapshot_id) as percentage
    from core.trials
    left join known using (status)
    where trials.is_in_cohort
    group by trials.snapshot_id, trials.status
)

select * from final
order by snapshot_id, status_order nulls last
