-- one row per snapshot, trial and intervention
-- why: interventions as the sponsor wrote them, before curation reads them
-- key: nct_id, intervention_position
-- intervention_position: its place in the record's list, from 1
-- intervention_type: the registry's InterventionType
-- intervention_name: the name as written
with studies as (
    select * from staging.studies
    semi join core.labels using (snapshot_id, nct_id)
),

listed as (
    select
        studies.snapshot_id,
        studies.nct_id,
        entry.position as intervention_position,
        studies.arms_interventions_module.interventions[entry.position] as intervention
    from studies,
        unnest(generate_series(1, len(studies.arms_interventions_module.interventions))) as entry (position)
),

final as (
    select
        snapshot_id,
        nct_id,
        intervention_position,
        intervention.type as intervention_type,
        intervention.name as intervention_name
    from listed
    where intervention is not null
)

select * from final
