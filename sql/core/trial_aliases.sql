-- one row per snapshot, trial and obsolete NCT number of it
-- why: a record whose number is another record's alias is the same registration
-- key: nct_id, alias_nct_id
-- alias_nct_id: the obsolete or duplicate number
-- is_alias_in_snapshot: whether a record with that number is in the snapshot too
with studies as (
    select * from staging.studies
    semi join core.labels using (snapshot_id, nct_id)
),

aliases as (
    select distinct
        snapshot_id,
        nct_id,
        unnest(identification_module.nctidaliases) as alias_nct_id
    from studies
),

final as (
    select
        aliases.snapshot_id,
        aliases.nct_id,
        aliases.alias_nct_id,
        same_number.nct_id is not null as is_alias_in_snapshot
    from aliases
    left join studies as same_number
        on aliases.snapshot_id = same_number.snapshot_id
        and aliases.alias_nct_id = same_number.nct_id
    where aliases.alias_nct_id <> aliases.nct_id
)

select * from final
