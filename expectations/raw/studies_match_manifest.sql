-- must hold: the warehouse holds as many studies as the snapshot's manifest says
-- severity: critical
select
    snapshots.snapshot_id,
    snapshots.manifest -> 'counts' ->> 'studies' as studies_in_manifest,
    count(studies.nct_id) as studies
from raw.snapshots as snapshots
left join raw.studies as studies using (snapshot_id)
group by all
having count(studies.nct_id) <> (snapshots.manifest -> 'counts' ->> 'studies')::bigint
