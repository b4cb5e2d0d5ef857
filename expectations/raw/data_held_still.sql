-- must hold: the registry's data did not change while they were retrieved
-- severity: warning
select snapshot_id
from raw.snapshots
where (manifest ->> 'data_changed_during_retrieval')::boolean
