-- must hold: years, regions, phases, statuses, topics and funding sources each sum to the cohort
-- severity: critical
with parts as (
    select
        snapshot_id,
        'registrations_by_year' as metric,
        trials
    from metrics.registrations_by_year
    union all
    select
        snapshot_id,
        'registrations_by_region' as metric,
        trials
    from metrics.registrations_by_region
    union all
    select
        snapshot_id,
        'phases' as metric,
        trials
    from metrics.phases
    union all
    select
        snapshot_id,
        'statuses' as metric,
        trials
    from metrics.statuses
    union all
    select
        snapshot_id,
        'topics' as metric,
        trials
    from metrics.topics
    union all
    select
        snapshot_id,
        'funding_by_region' as metric,
        trials
    from metrics.funding_by_region
),

sums as (
    select
        snapshot_id,
        metric,
        sum(trials) as trials
    from parts
    group by snapshot_id, metric
)

select
    sums.snapshot_id,
    sums.metric,
    sums.trials,
    cohort_size.trials as cohort_trials
from sums
inner join metrics.cohort_size using (snapshot_id)
where sums.trials <> cohort_size.trials
