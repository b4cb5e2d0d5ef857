-- one row per snapshot
-- paper: section 3, 1,580 trials
-- numerator: trials that a search of the paper finds, that are eligible and registered by the as-of date
-- denominator: none
-- why: every share of the landscape has it as its denominator, zero trials included
-- key: snapshot_id
-- among: cohort
-- counts: trials (all)
-- links: treatment_trials where topic = treatment
-- trials: trials in the cohort
-- treatment_trials: trials of the cohort whose topic is treatment, the denominator of section 3.3
select
    snapshots.snapshot_id,
    count(trials.nct_id) as trials,
    count(trials.nct_id) filter (where trials.topic = 'treatment') as treatment_trials
from raw.snapshots
left join core.trials
    on snapshots.snapshot_id = trials.snapshot_id
    and trials.is_in_cohort
group by snapshots.snapshot_id
