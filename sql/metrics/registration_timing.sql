-- one row per snapshot, year of registration, region and timing
-- paper: none
-- numerator: trials of the cohort registered before they began, within 21 days, or later
-- denominator: trials of the cohort of that year and region
-- why: a trial registered after it began may have chosen its outcomes by its results
-- key: registration_year (undated), region, registration_timing
-- among: cohort
-- facets: year = {registration_year} and region = {region} and registration_timing = {registration_timing}
-- counts: trials, each trial once, as share of year_trials
-- needs: statusModule.studyFirstSubmitDate or statusModule.studyFirstPostDateStruct.date
-- needs: statusModule.startDateStruct.date
-- figure: years by registration_timing
-- caption: By year; unknown without a day of registration, or where the month of the start leaves it open.
-- registration_timing: prospective, within 21 days, after, or unknown
-- trials: trials of that timing
-- year_trials: trials of that year and region
-- percentage: of the trials of that year and region
with counted as (
    select
        snapshot_id,
        registration_year,
        region,
        registration_timing,
        count(*) as trials
    from core.trials
    where is_in_cohort
    group by snapshot_id, registration_year, region, registration_timing
),

final as (
    select
        *,
        (sum(trials) over (partition by snapshot_id, registration_year, region))::bigint as year_trials,
        100.0 * trials / sum(trials) over (partition by snapshot_id, registration_year, region) as percentage
    from counted
)

select * from final
order by snapshot_id, registration_year nulls last, region, registration_timing
