-- one row per snapshot and year of registration
-- paper: Figure 2, section 3.1
-- numerator: trials of the cohort first posted in the year
-- denominator: none
-- why: growth of the field; years without a trial between the first and the last are shown as zero
-- key: registration_year (undated)
-- among: cohort
-- facets: year = {registration_year}
-- counts: trials, each trial once, as share of cohort
-- figure: years
-- caption: Trials of the landscape by the year in which they were first posted.
-- registration_year: year of the first-posted date, null where neither it nor an estimate is known
-- trials: trials first posted in that year
-- cumulative_trials: trials first posted up to the end of that year; null for trials without a year
-- estimated_trials: trials of the year whose date is estimated from the NCT number
with cohort as (
    select * from core.trials
    where is_in_cohort
),

spans as (
    select
        snapshot_id,
        min(registration_year) as first_year,
        max(registration_year) as last_year
    from cohort
    group by snapshot_id
),

years as (
    select
        snapshot_id,
        unnest(generate_series(first_year, last_year))::integer as registration_year
    from spans
    where first_year is not null
    union all
    select distinct
        snapshot_id,
        null as registration_year
    from cohort
    where registration_year is null
),

counted as (
    select
        years.snapshot_id,
        years.registration_year,
        count(cohort.nct_id) as trials,
        count(cohort.nct_id) filter (where cohort.is_first_posted_date_estimated) as estimated_trials
    from years
    left join cohort
        on years.snapshot_id = cohort.snapshot_id
        and years.registration_year is not distinct from cohort.registration_year
    group by years.snapshot_id, years.registration_year
),

final as (
    select
        snapshot_id,
        registration_year,
        trials,
        case
            when registration_year is not null
                then sum(trials) over (
                    partition by snapshot_id
                    order by registration_year nulls last
                    rows between unbounded preceding and current row
                )::bigint
        end as cumulative_trials,
        estimated_trials
    from counted
)

select * from final
order by snapshot_id, registration_year nulls last
