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
select
    snapshot_id,
    min(status_order) as status_order,
    status,
    bool_or(is_finished) as is_finished,
    count(*) as trials,
    100.0 * count(*) / sum(count(*)) over (partition by snapshot_id) as percentage
from core.trials
where is_in_cohort
group by snapshot_id, status
order by snapshot_id, status_order nulls last
