-- one row per trial of the landscape
-- why: what analysts ask for of a trial in one row; several values are joined by |, and have long views beside it
-- title: brief title as written
-- acronym: as written
-- targets: antigens, null where the record names none
-- diseases: codes of the diseases, null where the record names none
-- disease_groups: groups of the diseases
-- products: products by name or code, null where the record names none
-- cell_sources: autologous, allogeneic and the like, null where the record does not say
-- vectors: how the CAR gene is brought in, null where the record does not say
-- countries: countries with a site, null without a site
-- lead_sponsor: as written in the registry
-- lead_sponsor_class: the registry's AgencyClass
-- collaborators: as written in the registry
-- principal_investigator: overall officials of that role as the registry names them; read from the record, in no export
-- is_early_phase: early phase 1, phase 1 or phase 1/2
-- is_late_phase: phase 2 to 4
-- is_active: recruiting, about to recruit, or following participants
-- why_stopped: the sponsor's words
-- enrollment: participants, planned or actual; null where the registry writes its placeholder for unknown
-- enrollment_type: ESTIMATED or ACTUAL
-- first_posted_date: day of registration, estimated from the NCT number where the source lacks it
-- start_date: first day that the stated date can mean
-- primary_completion_date: first day that the stated date can mean
-- completion_date: first day that the stated date can mean
-- last_update_posted_date: day of the record's last update
-- sites: sites listed
-- sex: the registry's Sex
-- minimum_age_years: youngest participants, null without a limit
-- maximum_age_years: oldest participants, null without a limit
-- has_results: whether the registry holds results
-- publication_status: published, found of another kind, looked for but none found, or not looked for
-- is_published: whether a paper of a kind that counts was found; null where not looked for
-- papers: papers accepted as the trial's; null where not looked for
-- first_results_date: day of the first paper with results
with labelled as (
    select
        nct_id,
        string_agg(value, '|' order by value) filter (where attribute = 'targets') as targets,
        string_agg(value, '|' order by value) filter (where attribute = 'diseases') as diseases,
        string_agg(value, '|' order by value) filter (where attribute = 'disease_groups') as disease_groups,
        string_agg(value, '|' order by value) filter (where attribute = 'products') as products,
        string_agg(value, '|' order by value) filter (where attribute = 'cell_sources') as cell_sources,
        string_agg(value, '|' order by value) filter (where attribute = 'vectors') as vectors
    from landscape.trial_labels
    where value <> 'unstated'
    group by nct_id
),

countries as (
    select
        nct_id,
        string_agg(country, '|' order by country) filter (where country <> 'unstated') as countries
    from landscape.trial_countries
    group by nct_id
),

collaborators as (
    select
        snapshot_id,
        nct_id,
        string_agg(sponsor_name, '|' order by sponsor_name) as collaborators
    from core.trial_sponsors
    where sponsor_role = 'collaborator'
    group by snapshot_id, nct_id
),

papers as (
    select
        nct_id,
        count(*) as papers
    from landscape.trial_papers
    group by nct_id
),

officials as (
    select
        snapshot_id,
        nct_id,
        from_json(
            study -> '$.protocolSection.contactsLocationsModule.overallOfficials',
            '[{"name": "VARCHAR", "role": "VARCHAR"}]'
        ) as officials
    from raw.studies
)

select
    trials.nct_id,
    trials.brief_title as title,
    trials.acronym,
    labelled.targets,
    labelled.diseases,
    labelled.disease_groups,
    labelled.products,
    labelled.cell_sources,
    labelled.vectors,
    trials.topic,
    trials.target_valency,
    countries.countries,
    trials.region,
    trials.lead_sponsor_name as lead_sponsor,
    trials.lead_sponsor_class,
    collaborators.collaborators,
    trials.funding_source,
    nullif(
        array_to_string(
            list_transform(
                list_filter(officials.officials, lambda one: one['role'] = 'PRINCIPAL_INVESTIGATOR'),
                lambda one: one['name']
            ),
            '|'
        ),
        ''
    ) as principal_investigator,
    trials.phase,
    trials.is_early_phase,
    trials.is_late_phase,
    trials.status,
    trials.is_active,
    trials.is_finished,
    trials.why_stopped,
    case when not trials.is_enrollment_placeholder then trials.enrollment_count end as enrollment,
    trials.enrollment_type,
    trials.first_posted_date,
    trials.registration_year,
    trials.start_date,
    trials.primary_completion_date,
    trials.completion_date,
    trials.last_update_posted_date,
    trials.site_count as sites,
    trials.sex,
    trials.minimum_age_years,
    trials.maximum_age_years,
    trials.has_results,
    status.is_looked_for,
    status.publication_status,
    status.is_published,
    case when status.is_looked_for then coalesce(papers.papers, 0) end as papers,
    status.first_results_date
from core.trials
semi join landscape.shown
    on trials.snapshot_id = shown.snapshot_id and trials.nct_id = shown.nct_id
left join labelled on trials.nct_id = labelled.nct_id
left join countries on trials.nct_id = countries.nct_id
left join papers on trials.nct_id = papers.nct_id
left join collaborators
    on trials.snapshot_id = collaborators.snapshot_id and trials.nct_id = collaborators.nct_id
left join officials
    on trials.snapshot_id = officials.snapshot_id and trials.nct_id = officials.nct_id
left join core.trial_publication_status as status
    on trials.snapshot_id = status.snapshot_id and trials.nct_id = status.nct_id
