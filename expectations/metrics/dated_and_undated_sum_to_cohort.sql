-- must hold: yearly counts sum to the dated trials plus the undated, and the last year's running total is the dated
-- severity: critical
select
    years.snapshot_id,
    sum(years.trials) filter (where years.registration_year is not null) as dated_trials,
    coalesce(sum(years.trials) filter (where years.registration_year is null), 0) as undated_trials,
    max(years.cumulative_trials) as last_running_total,
    any_value(cohort_size.trials) as cohort_trials
from metrics.registrations_by_year as years
inner join metrics.cohort_size using (snapshot_id)
group by years.snapshot_id
having
    sum(years.trials) <> any_value(cohort_size.trials)
    or max(years.cumulative_trials)
    <> sum(years.trials) filter (where years.registration_year is not null)
