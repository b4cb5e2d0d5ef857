-- must hold: nearly all records of a source can be read (landscape.toml, completeness)
-- severity: question
with limits as (
    select
        snapshot_id,
        (parameters ->> 'smallest_number_judged')::bigint as smallest_number_judged,
        (parameters ->> 'largest_odd_share')::double as largest_odd_share
    from meta.published
),

unreadable as (
    -- another version of a study that is kept was read
    select
        snapshot_id,
        count(*) as records
    from raw.quarantine
    where nct_id is null
    group by snapshot_id
)

select unreadable.records || ' of ' || (snapshots.manifest -> 'counts' ->> 'records') || ' unreadable' as found
from limits
inner join raw.snapshots as snapshots using (snapshot_id)
inner join unreadable using (snapshot_id)
where
    (snapshots.manifest -> 'counts' ->> 'records')::bigint >= limits.smallest_number_judged
    and unreadable.records > limits.largest_odd_share * (snapshots.manifest -> 'counts' ->> 'records')::bigint
