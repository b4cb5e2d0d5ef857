-- one row per snapshot, status and reason
-- paper: none
-- numerator: trials of the cohort that stopped and whose words name the reason
-- denominator: trials of the cohort with the status
-- why: whether trials stop for want of patients, of money or of effect; a trial may name several reasons
-- key: status, reason
-- among: cohort
-- facets: status = {status}
-- counts: trials where stop_reason = {reason}, as share of status_trials
-- needs: statusModule.whyStopped
-- reason: a reason of curation/why_stopped.tsv, other where no row reads the words, unstated where there are none
-- trials: trials that name it
-- status_trials: trials with the status
-- percentage: of the trials with the status
with stopped as (
    select
        trials.snapshot_id,
        trials.nct_id,
        trials.status,
        reasons.reason
    from core.trials
    inner join core.trial_stop_reasons as reasons using (snapshot_id, nct_id)
    where trials.is_in_cohort
),

sizes as (
    select
        snapshot_id,
        status,
        count(distinct nct_id) as status_trials
    from stopped
    group by snapshot_id, status
),

final as (
    select
        stopped.snapshot_id,
        stopped.status,
        stopped.reason,
        count(*) as trials,
        any_value(sizes.status_trials) as status_trials,
        100.0 * count(*) / any_value(sizes.status_trials) as percentage
    from stopped
    inner join sizes using (snapshot_id, status)
    group by stopped.snapshot_id, stopped.status, stopped.reason
)

select * from final
order by snapshot_id asc, status asc, trials desc, reason asc
