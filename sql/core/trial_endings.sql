-- one row per snapshot and trial
-- why: a trial ends in one of several ways, each of which keeps the others from happening
-- key: nct_id
-- from_date: day of registration
-- ending: completed, terminated, withdrawn, suspended or unknown; under way where none of them was seen
-- until_date: day of the ending, else the last day observed
-- days_to_ending: days from registration; null where the trial is left out
-- left_out: why the trial can not be counted: no date, ended before registration, or a status outside these
-- date_kind: stated for a completion date, last update where the registry keeps no date of the step, or verification
with trials as (
    select
        trials.*,
        studies.status_module.completiondatestruct.type as completion_type,
        registry_date(studies.status_module.statusverifieddate) as verified_date,
        days.data_day,
        days.observed_until
    from core.trials
    inner join staging.studies using (snapshot_id, nct_id)
    inner join core.snapshot_days as days using (snapshot_id)
),

named as (
    select
        *,
        case
            when overall_status in ('COMPLETED', 'TERMINATED', 'WITHDRAWN', 'SUSPENDED', 'UNKNOWN')
                then lower(overall_status)
            when is_active then 'under way'
        end as named_ending,
        coalesce(
            overall_status in ('COMPLETED', 'TERMINATED')
            and completion_date <= data_day
            and coalesce(completion_type, 'ACTUAL') = 'ACTUAL', false
        ) as is_completion_stated
    from trials
),

dated as (
    -- the registry keeps no day of a withdrawal or suspension, and calls a record unknown two years after its
    -- last verification
    select
        *,
        case
            when is_completion_stated then completion_date
            -- least passes over null, which would date what has no date to the day of the data
            when named_ending = 'unknown' and coalesce(verified_date, last_update_posted_date) is not null
                then
                    least(
                        (coalesce(verified_date, last_update_posted_date) + to_months($status_unknown_months::integer))
                        ::date,
                        data_day
                    )
            when named_ending <> 'under way' then last_update_posted_date
        end as ended_date,
        case
            when is_completion_stated then 'stated'
            when named_ending = 'unknown' and verified_date is not null then 'verification'
            when named_ending <> 'under way' then 'last update'
        end as named_date_kind
    from named
),

seen as (
    select
        *,
        case when ended_date <= observed_until then named_ending else 'under way' end as ending,
        coalesce(case when ended_date <= observed_until then ended_date end, observed_until) as until_date
    from dated
),

timed as (
    select
        *,
        case
            when named_ending is null then 'status outside these'
            when first_posted_date is null or (named_ending <> 'under way' and ended_date is null) then 'no date'
            when ending <> 'under way' and until_date < first_posted_date then 'ended before registration'
            when until_date < first_posted_date then 'registered after the last day observed'
        end as left_out
    from seen
),

final as (
    select
        snapshot_id,
        nct_id,
        first_posted_date as from_date,
        ending,
        until_date,
        case when left_out is null then until_date - first_posted_date end as days_to_ending,
        left_out,
        case when ending <> 'under way' then named_date_kind end as date_kind
    from timed
)

select * from final
