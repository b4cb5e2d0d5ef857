-- must hold: disease groups together are no fewer than the treatment trials, since each studies one at least
-- severity: critical
select
    cohort_size.snapshot_id,
    coalesce(sum(groups.trials), 0) as trials,
    any_value(cohort_size.treatment_trials) as treatment_trials
from metrics.cohort_size
left join metrics.target_valency as groups using (snapshot_id)
group by cohort_size.snapshot_id
having coalesce(sum(groups.trials), 0) < any_value(cohort_size.treatment_trials)
