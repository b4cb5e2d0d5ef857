-- one row per snapshot and recruitment status
-- paper: section 4.4
-- numerator: trials of the cohort with the status
-- denominator: trials of the cohort
-- why: finished trials are those whose results are due
-- status_order: place of the status in a trial's life
-- trials: trials with that status
-- percentage: of the cohort's trials
select
    trials.snapshot_id,
    statuses.status_order,
    trials.status,
    trials.is_finished,
    count(*) as trials,
    100.0 * count(*) / sum(count(*)) over (partition by trials.snapshot_id) as percentage
from core.trials
left join meta.statuses using (status)
where trials.is_in_cohort
group by trials.snapshot_id, statuses.status_order, trials.status, trials.is_finished
order by trials.snapshot_id, statuses.status_order nulls last
