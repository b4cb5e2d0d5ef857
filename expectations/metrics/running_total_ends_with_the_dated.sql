-- must hold: the last year's running total is the number of dated trials
-- severity: critical
select
    snapshot_id,
    sum(trials) filter (where registration_year is not null) as dated_trials,
    max(cumulative_trials) as last_running_total
from metrics.registrations_by_year
group by snapshot_id
having max(cumulative_trials) <> sum(trials) filter (where registration_year is not null)
