-- must hold: the levels of each variable of Table 4 sum to the finished trials
-- severity: critical
with finished as (
    select
        snapshot_id,
        sum(trials) as finished_trials
    from metrics.statuses
    where is_finished
    group by snapshot_id
)

select
    compared.snapshot_id,
    compared.variable,
    sum(compared.finished_trials) as trials,
    any_value(finished.finished_trials) as finished_trials
from metrics.finished_trials_comparison as compared
inner join finished using (snapshot_id)
group by compared.snapshot_id, compared.variable
having sum(compared.finished_trials) <> any_value(finished.finished_trials)
