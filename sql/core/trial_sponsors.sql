-- one row per snapshot, trial and sponsor or collaborator
-- why: a party named twice in one record counts once, as lead where it leads
-- key: nct_id, sponsor_name
-- sponsor_name: as written in the registry
-- sponsor_role: lead or collaborator
-- sponsor_class: the registry's AgencyClass, null where withheld
-- funding_class: the class as Table 1 of the paper names it; 'not in this source' where it carries none
with studies as (
    select * from staging.studies
    semi join core.labels using (snapshot_id, nct_id)
),

named as (
    select
        snapshot_id,
        nct_id,
        sponsor_module.leadsponsor.name as sponsor_name,
        'lead' as sponsor_role,
        sponsor_module.leadsponsor.class as sponsor_class
    from studies
    union all
    select
        studies.snapshot_id,
        studies.nct_id,
        studies.sponsor_module.collaborators[entry.position].name as sponsor_name,
        'collaborator' as sponsor_role,
        studies.sponsor_module.collaborators[entry.position].class as sponsor_class
    from studies,
        unnest(generate_series(1, len(studies.sponsor_module.collaborators))) as entry (position)
),

uncarried as (
    select
        registrations.snapshot_id,
        registrations.nct_id,
        if(fields.field like '%leadSponsor%', 'lead', 'collaborator') as sponsor_role
    from raw.registrations
    inner join core.carried_fields as fields using (snapshot_id, form, is_in_part)
    where
        fields.field in (
            'sponsorCollaboratorsModule.leadSponsor.class', 'sponsorCollaboratorsModule.collaborators.class'
        )
        and not fields.is_carried
),

ranked as (
    select
        *,
        row_number() over (
            partition by snapshot_id, nct_id, sponsor_name
            order by sponsor_role desc, sponsor_class asc nulls last
        ) as mention
    from named
    where sponsor_name is not null
),

final as (
    select
        ranked.snapshot_id,
        ranked.nct_id,
        ranked.sponsor_name,
        ranked.sponsor_role,
        ranked.sponsor_class,
        case
            when ranked.sponsor_class is null and uncarried.nct_id is not null then 'not in this source'
            else coalesce(funding_classes.funding_class, 'unstated')
        end as funding_class
    from ranked
    left join uncarried using (snapshot_id, nct_id, sponsor_role)
    left join meta.funding_classes
        on ranked.sponsor_class is not distinct from funding_classes.registry_value
    where ranked.mention = 1
)

select * from final
