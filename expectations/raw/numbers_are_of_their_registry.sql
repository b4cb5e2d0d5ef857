-- must hold: every registration bears a number as its registry writes them (curation/registries.tsv)
-- severity: critical
select
    snapshot_id,
    nct_id,
    registry
from raw.studies
left join raw.registrations using (snapshot_id, nct_id)
left join meta.registries using (registry)
where not coalesce(regexp_full_match(nct_id, pattern, 'i'), false)
