-- one row per snapshot, trial, fact and registration that states it, where the trial's registrations differ
-- why: what registries say differently of one trial is kept; what is shown follows the order of its registrations
-- key: nct_id, fact, registration_nct_id
-- fact: what is stated: status, phase, start, completion, size, eligibility, targets
-- registration_nct_id: the registration that states it
-- registry: its registry
-- value: what it states
-- is_shown: whether the trial's row in core.trials says so
-- is_newest: whether no other registration of the trial was updated later
with registrations as (
    select * from core.registrations
    where registrations > 1
),

targets as (
    select
        snapshot_id,
        nct_id,
        string_agg(value, ', ' order by value) as value
    from core.registration_labels
    where attribute = 'targets' and value <> 'unstated'
    group by snapshot_id, nct_id
),

facts as (
    select
        registrations.snapshot_id,
        trial_nct_id,
        registrations.nct_id,
        registry,
        is_primary,
        coalesce(
            last_update_date = max(last_update_date) over (partition by registrations.snapshot_id, trial_nct_id), false
        ) as is_newest,
        unnest([
            { 'fact': 'status', 'value': overall_status },
            { 'fact': 'phase', 'value': nullif(registry_phases, '') },
            { 'fact': 'start', 'value': start_date::varchar },
            { 'fact': 'completion', 'value': completion_date::varchar },
            { 'fact': 'size', 'value': enrollment_count::varchar },
            { 'fact': 'eligibility', 'value': eligibility },
            { 'fact': 'targets', 'value': targets.value }
        ]) as entry
    from registrations
    left join targets using (snapshot_id, nct_id)
),

stated as (
    select
        snapshot_id,
        trial_nct_id as nct_id,
        entry.fact as fact,
        nct_id as registration_nct_id,
        registry,
        entry.value as value,
        is_primary as is_shown,
        is_newest
    from facts
    where entry.value is not null
),

final as (
    select * from stated
    qualify count(distinct value) over (partition by snapshot_id, nct_id, fact) > 1
)

select * from final
