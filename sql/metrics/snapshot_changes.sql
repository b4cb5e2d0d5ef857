-- one row per snapshot
-- paper: none
-- numerator: trials that came, went or changed since the snapshot before it in its series
-- denominator: none
-- why: a living landscape says what moved; counts since a first snapshot are null
-- key: snapshot_id
-- previous_snapshot_id: the snapshot before it in its series, null for the first
-- studies: records that a search found
-- new_studies: records found that were not found before
-- gone_studies: records found before and not now
-- changed_studies: records in both whose content differs
-- entered_cohort: trials in this cohort and not in the one before
-- left_cohort: trials in the cohort before and not in this one
with snapshots as (
    select
        snapshot_id,
        lag(snapshot_id) over (partition by series order by order_number) as previous_snapshot_id
    from raw.snapshots
),

trials as (
    select
        snapshot_id,
        nct_id,
        content_sha256,
        is_in_cohort
    from core.trials
    where is_found_by_search
),

now_held as (
    select
        snapshots.snapshot_id,
        count(trials.nct_id) as studies,
        count(trials.nct_id) filter (where previous.nct_id is null) as new_studies,
        count(trials.nct_id) filter (where trials.content_sha256 <> previous.content_sha256) as changed_studies,
        count(trials.nct_id) filter (
            where trials.is_in_cohort and not coalesce(previous.is_in_cohort, false)
        ) as entered_cohort,
        count(trials.nct_id) filter (where previous.is_in_cohort and not trials.is_in_cohort) as left_still_held
    from snapshots
    left join trials
        on snapshots.snapshot_id = trials.snapshot_id
    left join trials as previous
        on snapshots.previous_snapshot_id = previous.snapshot_id
        and trials.nct_id = previous.nct_id
    group by snapshots.snapshot_id
),

gone as (
    select
        snapshots.snapshot_id,
        count(*) as gone_studies,
        count(*) filter (where previous.is_in_cohort) as left_gone
    from snapshots
    inner join trials as previous
        on snapshots.previous_snapshot_id = previous.snapshot_id
    left join trials
        on snapshots.snapshot_id = trials.snapshot_id
        and previous.nct_id = trials.nct_id
    where trials.nct_id is null
    group by snapshots.snapshot_id
),

final as (
    select
        snapshots.snapshot_id,
        snapshots.previous_snapshot_id,
        now_held.studies,
        case when snapshots.previous_snapshot_id is not null then now_held.new_studies end as new_studies,
        case when snapshots.previous_snapshot_id is not null then coalesce(gone.gone_studies, 0) end as gone_studies,
        case when snapshots.previous_snapshot_id is not null then now_held.changed_studies end as changed_studies,
        case when snapshots.previous_snapshot_id is not null then now_held.entered_cohort end as entered_cohort,
        case
            when snapshots.previous_snapshot_id is not null
                then now_held.left_still_held + coalesce(gone.left_gone, 0)
        end as left_cohort
    from snapshots
    inner join now_held using (snapshot_id)
    left join gone using (snapshot_id)
)

select * from final
order by snapshot_id
