-- one row per published snapshot, which is one
-- why: what the numbers were counted from, to cite beside them
-- source: live, or name of the file that the registrations were read from
-- data_date: day of the registry's data, else the newest update in the file, else the day of retrieval
-- is_data_date_stated: whether the source states the day; else it is that of the import
-- as_of: last first-posted date that counts, null without a limit
-- is_synthetic: whether the trials are invented
-- trials: trials of the landscape
-- code_version: version of cartscape that built it
select
    snapshots.snapshot_id,
    array_to_string(list_transform(string_split(snapshots.source, ', '), lambda path: parse_filename(path)), ', ')
        as source,
    days.data_day as data_date,
    days.is_data_day_stated as is_data_date_stated,
    published.as_of,
    snapshots.is_synthetic,
    (select count(*) from landscape.shown) as trials,
    published.code_version
from meta.published
inner join raw.snapshots
    on published.snapshot_id = snapshots.snapshot_id
inner join core.snapshot_days as days
    on published.snapshot_id = days.snapshot_id
