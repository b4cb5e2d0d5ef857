-- must hold: what a search found, less what leaves at each step, is the unique records and then the landscape
-- severity: critical
with flow as (
    select
        snapshot_id,
        coalesce(sum(records) filter (where step in ('found by a search', 'in a downloaded file')), 0) as found,
        coalesce(sum(records) filter (where is_removed and stage = 'identification'), 0) as found_again,
        coalesce(sum(records) filter (where step = 'unique records'), 0) as unique_records,
        coalesce(sum(records) filter (where is_removed and stage = 'screening'), 0) as removed,
        coalesce(sum(records) filter (where stage = 'included'), 0) as included
    from metrics.screening_flow
    group by snapshot_id
)

select * from flow
where
    found - found_again <> unique_records
    or unique_records - removed <> included
