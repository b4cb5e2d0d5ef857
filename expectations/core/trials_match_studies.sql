-- must hold: every study received is a registration in core, and every registration belongs to one trial there
-- severity: critical
select
    snapshot_id,
    nct_id
from raw.studies as studies
full join core.registrations as registrations using (snapshot_id, nct_id)
where
    studies.nct_id is null
    or registrations.nct_id is null
union all
select
    registrations.snapshot_id,
    registrations.trial_nct_id as nct_id
from core.registrations as registrations
full join core.trials as trials
    on registrations.snapshot_id = trials.snapshot_id
    and registrations.trial_nct_id = trials.nct_id
where
    registrations.trial_nct_id is null
    or trials.nct_id is null
