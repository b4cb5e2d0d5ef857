-- must hold: the warehouse holds as many studies, in full or as a line, as the snapshot's manifest says
-- severity: critical
with held as (
    select
        snapshot_id,
        nct_id
    from raw.studies
    union all
    select
        snapshot_id,
        nct_id
    from raw.background
)

select
    snapshots.snapshot_id,
    snapshots.manifest -> 'counts' ->> 'studies' as studies_in_manifest,
    count(held.nct_id) as studies
from raw.snapshots as snapshots
left join held using (snapshot_id)
group by all
having count(held.nct_id) <> (snapshots.manifest -> 'counts' ->> 'studies')::bigint
