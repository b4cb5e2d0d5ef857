-- must hold: years, regions, phases, statuses, topics and funding sources each sum to the cohort
-- severity: critical
with sums as (
    select
        cohort_size.snapshot_id,
        'registrations_by_year' as metric,
        sum(parts.trials) as trials
    from metrics.cohort_size
    left join metrics.registrations_by_year as parts using (snapshot_id)
    group by cohort_size.snapshot_id
    union all
    select
        cohort_size.snapshot_id,
        'registrations_by_region' as metric,
        sum(parts.trials) as trials
    from metrics.cohort_size
    left join metrics.registrations_by_region as parts using (snapshot_id)
    group by cohort_size.snapshot_id
    union all
    select
        cohort_size.snapshot_id,
        'phases' as metric,
        sum(parts.trials) as trials
    from metrics.cohort_size
    left join metrics.phases as parts using (snapshot_id)
    group by cohort_size.snapshot_id
    union all
    select
        cohort_size.snapshot_id,
        'statuses' as metric,
        sum(parts.trials) as trials
    from metrics.cohort_size
    left join metrics.statuses as parts using (snapshot_id)
    group by cohort_size.snapshot_id
    union all
    select
        cohort_size.snapshot_id,
        'topics' as metric,
        sum(parts.trials) as trials
    from metrics.cohort_size
    left join metrics.topics as parts using (snapshot_id)
    group by cohort_size.snapshot_id
    union all
    select
        cohort_size.snapshot_id,
        'funding_by_region' as metric,
        sum(parts.trials) as trials
    from metrics.cohort_size
    left join metrics.funding_by_region as parts using (snapshot_id)
    group by cohort_size.snapshot_id
)

select
    sums.snapshot_id,
    sums.metric,
    sums.trials,
    cohort_size.trials as cohort_trials
from sums
inner join metrics.cohort_size using (snapshot_id)
-- a metric without any row sums to nothing
where coalesce(sums.trials, 0) <> cohort_size.trials
