-- must hold: every study received is one trial in core, none more and none less
-- severity: critical
select
    snapshot_id,
    nct_id
from raw.studies as studies
full join core.trials as trials using (snapshot_id, nct_id)
where
    studies.nct_id is null
    or trials.nct_id is null
