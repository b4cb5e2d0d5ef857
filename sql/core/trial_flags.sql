-- one row per snapshot, trial and flag
-- why: what a record can not mean is flagged here, left out of the metric that needs it, and counted
-- key: nct_id, flag, found
-- flag: what is wrong
-- affected_metric: the metric that leaves the value out
-- found: the value as the record has it
with trials as (
    select
        trials.*,
        studies.status_module.startdatestruct.type as start_date_type,
        studies.status_module.startdatestruct.date as written_start_date,
        studies.status_module.completiondatestruct.date as written_completion_date,
        studies.status_module.studyfirstpostdatestruct.date as written_first_posted_date,
        coalesce(
            try_cast(left(snapshots.data_timestamp, 10) as date),
            (snapshots.finished_at at time zone 'UTC')::date
        ) as snapshot_day
    from core.trials
    inner join staging.studies using (snapshot_id, nct_id)
    inner join raw.snapshots using (snapshot_id)
),

flagged as (
    select
        snapshot_id,
        nct_id,
        [
            {
                'flag': 'start date can not be read', 'affected_metric': 'start date bands',
                'found': written_start_date, 'holds': written_start_date is not null and start_date is null
            },
            {
                'flag': 'completion date can not be read', 'affected_metric': 'time to publication',
                'found': written_completion_date,
                'holds': written_completion_date is not null and completion_date is null
            },
            {
                'flag': 'registration date can not be read', 'affected_metric': 'none',
                'found': written_first_posted_date,
                'holds': written_first_posted_date is not null and is_first_posted_date_estimated
            },
            {
                'flag': 'start before the earliest plausible day', 'affected_metric': 'start date bands',
                'found': start_date::varchar, 'holds': start_date < $earliest_start_date::date
            },
            {
                'flag': 'start too far ahead', 'affected_metric': 'start date bands',
                'found': start_date::varchar, 'holds': start_date > snapshot_day + $longest_planning_days::integer
            },
            {
                'flag': 'actual start after the snapshot', 'affected_metric': 'start date bands',
                'found': start_date::varchar, 'holds': start_date_type = 'ACTUAL' and start_date > snapshot_day
            },
            {
                'flag': 'registered after the snapshot', 'affected_metric': 'none',
                'found': first_posted_date::varchar,
                'holds': first_posted_date > snapshot_day and not is_first_posted_date_estimated
            },
            {
                'flag': 'completion before start', 'affected_metric': 'time to publication',
                'found': start_date::varchar || ' to ' || completion_date::varchar,
                'holds': case completion_date_precision
                    when 'year' then completion_date + interval 1 year
                    when 'month' then completion_date + interval 1 month
                    else completion_date + interval 1 day
                end <= start_date
            },
            {
                'flag': 'primary completion before start', 'affected_metric': 'time to publication',
                'found': start_date::varchar || ' to ' || primary_completion_date::varchar,
                'holds': case primary_completion_date_precision
                    when 'year' then primary_completion_date + interval 1 year
                    when 'month' then primary_completion_date + interval 1 month
                    else primary_completion_date + interval 1 day
                end <= start_date
            },
            {
                'flag': 'completion too far ahead', 'affected_metric': 'time to publication',
                'found': completion_date::varchar,
                'holds': completion_date > snapshot_day + 3 * $longest_planning_days::integer
            },
            {
                'flag': 'enrollment placeholder', 'affected_metric': 'enrollment bands',
                'found': enrollment_count::varchar, 'holds': is_enrollment_placeholder
            },
            {
                'flag': 'negative enrollment', 'affected_metric': 'enrollment bands',
                'found': enrollment_count::varchar, 'holds': enrollment_count < 0
            },
            {
                'flag': 'phase outside the registry''s list', 'affected_metric': 'phases',
                'found': registry_phases, 'holds': phase like 'unknown to %'
            },
            {
                'flag': 'status outside the registry''s list', 'affected_metric': 'statuses',
                'found': overall_status, 'holds': status like 'unknown to %'
            }
        ] as judged
    from trials
),

unnested as (
    select
        snapshot_id,
        nct_id,
        unnest(judged) as judgement
    from flagged
),

countries as (
    select distinct
        sites.snapshot_id,
        sites.nct_id,
        'country outside the registry''s list' as flag,
        'countries' as affected_metric,
        sites.country as found
    from core.trial_sites as sites
    where sites.is_country_flagged
),

final as (
    select
        snapshot_id,
        nct_id,
        judgement.flag as flag,
        judgement.affected_metric as affected_metric,
        judgement.found as found
    from unnested
    where judgement.holds
    union all
    select * from countries
)

select * from final
