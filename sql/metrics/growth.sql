-- one row per snapshot, pair of windows, dimension and value
-- paper: section 3.3: solid trials +170%, hematologic +55% compared with 2020; section 5: other regions +422.45%
-- numerator: trials of the cohort first posted in the later window
-- denominator: trials of the cohort first posted in the base window
-- why: growth says nothing without its windows, which curation/growth_windows.tsv states
-- key: growth_window, dimension, value
-- among: cohort (treatment when dimension is disease group)
-- facets: {dimension} = {value}
-- counts: base_trials (base) where growth_window = {growth_window}: base
-- counts: later_trials (later) where growth_window = {growth_window}: later
-- counts: later_trials - base_trials (change)
-- window_order: place of the pair
-- growth_window: names the pair
-- dimension: all, region or disease group, which counts treatment trials only
-- value: value of the dimension
-- base_trials: trials of the base window
-- later_trials: trials of the later window
-- undated_trials: trials of the value without any date of registration, in neither window
-- growth_percentage: later trials per hundred of the base; null where the base is empty
-- change_percentage: later trials less base trials, per hundred of the base; null where the base is empty
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
        dimensions.dimension,
        dimensions.value,
        count(*) filter (
            where dimensions.first_posted_date >= coalesce(windows.base_first_day, dimensions.first_posted_date)
            and dimensions.first_posted_date <= windows.base_last_day
        ) as base_trials,
        count(*) filter (
            where dimensions.first_posted_date >= windows.later_first_day
            and dimensions.first_posted_date <= coalesce(windows.later_last_day, dimensions.first_posted_date)
        ) as later_trials,
        count(*) filter (where dimensions.first_posted_date is null) as undated_trials
    from dimensions
    cross join meta.growth_windows as windows
    group by all
),

final as (
    select
        *,
        100.0 * later_trials / nullif(base_trials, 0) as growth_percentage,
        100.0 * (later_trials - base_trials) / nullif(base_trials, 0) as change_percentage
    from counted
)

select * from final
order by snapshot_id, window_order, dimension, value
