-- one row per snapshot, comparison of two windows, dimension and value
-- paper: section 3.3: solid trials +170%, hematologic +55% compared with 2020; section 5: other regions +422.45%
-- numerator: trials of the cohort of the later window less those of the base window
-- denominator: trials of the cohort of the base window
-- why: growth says nothing without its definition and its windows, which curation/growth_windows.tsv states
-- key: growth_window, dimension, value
-- among: cohort (treatment when dimension is disease group)
-- facets: {dimension} = {value}
-- counts: base_trials (base) where growth_window = {growth_window}: base
-- counts: later_trials (later) where growth_window = {growth_window}: later
-- counts: later_trials - base_trials (change)
-- window_order: place of the comparison
-- growth_window: what is compared, in words
-- definition: stock, all trials registered by the end of a window; or registrations, those within it
-- dimension: all, region or disease group, which counts treatment trials only
-- value: value of the dimension
-- base_trials: trials of the base window
-- later_trials: trials of the later window
-- undated_trials: trials of the value without any date of registration, in neither window
-- change_percentage: later trials less base trials, per hundred of the base; null where the base is empty
-- paper_percentage: what the paper prints, where the comparison is a reading of its sentence on the value
with cohort as (
    select * from core.trials
    where is_in_cohort
),

dimensions as (
    select
        snapshot_id,
        first_posted_date,
        unnest(['all', 'region']) as dimension,
        unnest(['all', region]) as value
    from cohort
    union all
    select
        cohort.snapshot_id,
        cohort.first_posted_date,
        'disease group' as dimension,
        coalesce(groups.disease_group, 'unstated') as value
    from cohort
    left join core.trial_disease_groups as groups using (snapshot_id, nct_id)
    where cohort.topic = 'treatment'
),

counted as (
    select
        dimensions.snapshot_id,
        windows.window_order,
        windows.growth_window,
        windows.definition,
        dimensions.dimension,
        dimensions.value,
        count(*) filter (
            where dimensions.first_posted_date >= coalesce(windows.base_first_day, dimensions.first_posted_date)
            and dimensions.first_posted_date <= windows.base_last_day
        ) as base_trials,
        count(*) filter (
            where dimensions.first_posted_date >= coalesce(windows.later_first_day, dimensions.first_posted_date)
            and dimensions.first_posted_date <= coalesce(windows.later_last_day, dimensions.first_posted_date)
        ) as later_trials,
        count(*) filter (where dimensions.first_posted_date is null) as undated_trials
    from dimensions
    cross join meta.growth_windows as windows
    group by all
),

printed as (
    select
        readings.growth_window,
        readings.dimension,
        readings.value,
        claims.value as paper_percentage
    from meta.growth_readings as readings
    inner join meta.paper_claims as claims using (claim_id)
),

final as (
    select
        counted.*,
        100.0 * (counted.later_trials - counted.base_trials) / nullif(counted.base_trials, 0) as change_percentage,
        printed.paper_percentage
    from counted
    left join printed using (growth_window, dimension, value)
)

select * from final
order by snapshot_id, window_order, dimension, value
