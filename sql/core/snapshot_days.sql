-- one row per snapshot
-- why: what is due, overdue or still followed depends on the day of the data, not on the day of the import
-- key: snapshot_id
-- data_day: the registry's timestamp, else the newest update in the file, else the day of the import
-- is_data_day_stated: whether the source states it; else it is that of the import, and the data's own is unknown
-- observed_until: the data day, or the as-of date where that is earlier
with snapshots as (
    select
        snapshot_id,
        try_cast(left(data_timestamp, 10) as date) as stated_day,
        (finished_at at time zone 'UTC')::date as import_day
    from raw.snapshots
),

updates as (
    -- an update after the import is a slip of one record
    select
        snapshots.snapshot_id,
        max(registry_date(studies.status_module.lastupdatepostdatestruct.date)) as newest_update
    from snapshots
    inner join staging.studies using (snapshot_id)
    where registry_date(studies.status_module.lastupdatepostdatestruct.date) <= snapshots.import_day
    group by snapshots.snapshot_id
),

final as (
    select
        snapshots.snapshot_id,
        coalesce(snapshots.stated_day, updates.newest_update, snapshots.import_day) as data_day,
        coalesce(snapshots.stated_day, updates.newest_update) is not null as is_data_day_stated,
        least(coalesce(snapshots.stated_day, updates.newest_update, snapshots.import_day), $as_of::date)
            as observed_until
    from snapshots
    left join updates using (snapshot_id)
)

select * from final
