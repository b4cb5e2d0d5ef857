-- must hold: every study that a search found is in the snapshot or in quarantine
-- severity: critical
select
    hits.snapshot_id,
    hits.nct_id
from raw.search_hits as hits
left join raw.studies as studies using (snapshot_id, nct_id)
left join raw.quarantine as quarantine using (snapshot_id, nct_id)
where
    studies.nct_id is null
    and quarantine.nct_id is null
