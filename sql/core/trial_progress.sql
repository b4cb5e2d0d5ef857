-- one row per snapshot and trial
-- why: what a trial planned and what came of it, from the snapshots of its series up to this one
-- key: nct_id
-- versions: different versions of the record in the series so far
-- planned_enrollment: participants planned, as the earliest version that plans says; null where none plans
-- actual_enrollment: participants who took part, where this version states it
-- enrolled_percentage: of those planned
-- planned_start_date: start planned by the earliest version that plans it
-- start_slip_days: days from there to the start as this version has it; null where no version planned it
-- planned_completion_date: primary completion planned by the earliest version that plans it
-- completion_slip_days: days from there to the primary completion as this version has it
-- is_read_out_due: under way, and its primary completion is planned within the coming months
-- is_completion_passed: under way, though the planned primary completion lies before the day of the data
-- is_update_overdue: under way, and last updated longer ago than the law allows
with versions as (
    select
        snapshots.series,
        snapshots.order_number,
        studies.snapshot_id,
        studies.nct_id,
        studies.content_sha256,
        studies.design_module.enrollmentinfo.type as enrollment_type,
        studies.status_module.startdatestruct.type as start_type,
        studies.status_module.primarycompletiondatestruct.type as completion_type
    from staging.studies
    inner join raw.snapshots using (snapshot_id)
),

trials as (
    select
        trials.snapshot_id,
        trials.nct_id,
        versions.series,
        versions.order_number,
        versions.content_sha256,
        versions.completion_type,
        trials.is_active,
        trials.start_date,
        trials.primary_completion_date,
        trials.last_update_posted_date,
        days.observed_until,
        -- the registry's placeholder and slips below zero are no numbers of participants
        case when trials.enrollment_count >= 0 and not trials.is_enrollment_placeholder then trials.enrollment_count end
            as participants,
        versions.enrollment_type,
        case when versions.start_type = 'ESTIMATED' then trials.start_date end as start_plan,
        case when versions.completion_type = 'ESTIMATED' then trials.primary_completion_date end as completion_plan
    from core.trials
    inner join versions using (snapshot_id, nct_id)
    inner join core.snapshot_days as days using (snapshot_id)
),

histories as (
    select
        trials.snapshot_id,
        trials.nct_id,
        count(distinct earlier.content_sha256) as versions,
        first(earlier.participants order by earlier.order_number)
        filter (where earlier.enrollment_type = 'ESTIMATED' and earlier.participants is not null)
            as planned_enrollment,
        first(earlier.start_plan order by earlier.order_number)
        filter (where earlier.start_plan is not null) as planned_start_date,
        first(earlier.completion_plan order by earlier.order_number)
        filter (where earlier.completion_plan is not null) as planned_completion_date
    from trials
    inner join trials as earlier
        on
        trials.nct_id = earlier.nct_id
        and trials.series = earlier.series
        and trials.order_number >= earlier.order_number
    group by trials.snapshot_id, trials.nct_id
),

final as (
    select
        trials.snapshot_id,
        trials.nct_id,
        histories.versions,
        histories.planned_enrollment,
        case when trials.enrollment_type = 'ACTUAL' then trials.participants end as actual_enrollment,
        case
            when trials.enrollment_type = 'ACTUAL'
                then 100.0 * trials.participants / nullif(histories.planned_enrollment, 0)
        end as enrolled_percentage,
        histories.planned_start_date,
        trials.start_date - histories.planned_start_date as start_slip_days,
        histories.planned_completion_date,
        trials.primary_completion_date - histories.planned_completion_date as completion_slip_days,
        coalesce(
            trials.is_active
            and coalesce(trials.completion_type, 'ESTIMATED') = 'ESTIMATED'
            and trials.primary_completion_date > trials.observed_until
            and trials.primary_completion_date <= trials.observed_until + to_months($read_out_months::integer), false
        ) as is_read_out_due,
        coalesce(
            trials.is_active
            and trials.completion_type = 'ESTIMATED'
            and trials.primary_completion_date <= trials.observed_until, false
        ) as is_completion_passed,
        case
            when trials.is_active and trials.last_update_posted_date is not null
                then trials.last_update_posted_date + to_months($update_due_months::integer) < trials.observed_until
            when not trials.is_active then false
        end as is_update_overdue
    from trials
    inner join histories using (snapshot_id, nct_id)
)

select * from final
