-- one row per snapshot, first and later registry
-- numerator: days from the first registration of a trial to its registration in the later registry
-- denominator: trials of the cohort registered in both, with both days stated
-- why: how long a trial that is registered is missing from another registry
-- key: first_registry, later_registry
-- first_registry: the registry where the trial was registered first
-- later_registry: the other registry
-- trials: trials of the cohort registered in both
-- shortest_days: days between the two registrations, the shortest wait
-- median_days: the median wait
-- longest_days: the longest wait
with dated as (
    select
        registrations.snapshot_id,
        registrations.trial_nct_id,
        registrations.registry,
        min(registrations.registration_date) as registered_on
    from core.registrations as registrations
    inner join core.trials as trials
        on registrations.snapshot_id = trials.snapshot_id
        and registrations.trial_nct_id = trials.nct_id
    where
        trials.is_in_cohort
        and registrations.registration_date is not null
    group by registrations.snapshot_id, registrations.trial_nct_id, registrations.registry
),

ordered as (
    select
        *,
        row_number() over (partition by snapshot_id, trial_nct_id order by registered_on, registry) as place,
        first(registry) over (
            partition by snapshot_id, trial_nct_id order by registered_on, registry
        ) as first_registry,
        min(registered_on) over (partition by snapshot_id, trial_nct_id) as first_on
    from dated
),

final as (
    select
        snapshot_id,
        first_registry,
        registry as later_registry,
        count(*) as trials,
        min(date_diff('day', first_on, registered_on)) as shortest_days,
        median(date_diff('day', first_on, registered_on)) as median_days,
        max(date_diff('day', first_on, registered_on)) as longest_days
    from ordered
    where place > 1
    group by snapshot_id, first_registry, registry
)

select * from final
order by snapshot_id asc, trials desc, first_registry asc, later_registry asc
