-- one row per snapshot, trial and variable of Table 4
-- why: phase, enrollment, funding, start date and sites in the bands that finished trials are compared by
-- key: nct_id, variable
-- variable: phase, enrollment, funding, start date or sites
-- level: band or value; unstated, or implausible where core.trial_flags says so
with trials as (
    select * from core.trials
),

implausible_starts as (
    select distinct
        snapshot_id,
        nct_id
    from core.trial_flags
    where affected_metric = 'start date bands'
),

centers as (
    select
        snapshot_id,
        nct_id,
        value as center_count
    from core.labels
    where attribute = 'center_count'
),

final as (
    select
        snapshot_id,
        nct_id,
        'phase' as variable,
        phase as level
    from trials
    union all
    select
        trials.snapshot_id,
        trials.nct_id,
        'enrollment' as variable,
        case
            when trials.is_enrollment_placeholder or trials.enrollment_count < 0 then 'implausible'
            else coalesce(bands.band, 'unstated')
        end as level
    from trials
    left join meta.enrollment_bands as bands
        on trials.enrollment_count >= coalesce(bands.minimum, trials.enrollment_count)
        and trials.enrollment_count <= coalesce(bands.maximum, trials.enrollment_count)
    union all
    select
        snapshot_id,
        nct_id,
        'funding' as variable,
        funding_source as level
    from trials
    union all
    select
        trials.snapshot_id,
        trials.nct_id,
        'start date' as variable,
        case
            when implausible_starts.nct_id is not null then 'implausible'
            else coalesce(bands.band, 'unstated')
        end as level
    from trials
    left join implausible_starts using (snapshot_id, nct_id)
    left join meta.start_date_bands as bands
        on trials.start_date >= coalesce(bands.first_day, trials.start_date)
        and trials.start_date <= coalesce(bands.last_day, trials.start_date)
    union all
    select
        trials.snapshot_id,
        trials.nct_id,
        'sites' as variable,
        coalesce(centers.center_count, 'unstated') as level
    from trials
    left join centers using (snapshot_id, nct_id)
)

select * from final
