-- one row per trial and target
-- why: a trial with several targets counts once for each; trials whose record names none have no row
-- target: antigen that the CAR binds
-- target_name: name of the antigen
select
    targets.nct_id,
    targets.target,
    named.name as target_name
from core.trial_targets as targets
semi join landscape.shown
    on targets.snapshot_id = shown.snapshot_id and targets.nct_id = shown.nct_id
left join meta.targets as named
    on targets.target = named.value
