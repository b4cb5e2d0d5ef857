-- one row per snapshot, trial and condition
-- why: conditions as the sponsor wrote them, before curation reads them
-- key: nct_id, condition_position
-- condition: the condition as written
-- condition_position: its place in the record's list, from 1
with studies as (
    select * from staging.studies
    semi join core.labels using (snapshot_id, nct_id)
),

final as (
    select
        studies.snapshot_id,
        studies.nct_id,
        entry.position as condition_position,
        studies.conditions_module.conditions[entry.position] as condition
    from studies,
        unnest(generate_series(1, len(studies.conditions_module.conditions))) as entry (position)
)

select * from final
where condition is not null
