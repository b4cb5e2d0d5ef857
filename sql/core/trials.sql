-- one row per snapshot and trial
-- why: every scalar and every flag of a registration in one place; only metrics filter by them
-- key: nct_id
-- brief_title: as written
-- official_title: as written
-- acronym: as written
-- organization_study_id: the sponsor's own number of the trial
-- organization_name: organisation that registered the trial
-- lead_sponsor_name: as written
-- lead_sponsor_class: the registry's AgencyClass
-- overall_status: the registry's Status
-- last_known_status: the status before UNKNOWN
-- status_order: place of the status in a trial's life, null for a status that the registry's list lacks
-- is_active: recruiting, about to recruit, or following participants
-- is_withheld: the registry withholds the record's content
-- why_stopped: the sponsor's words
-- study_type: the registry's StudyType
-- registry_phases: the registry's phases, joined by |
-- phase_order: place of the phase from early to late, null for a phase that the registry's list lacks
-- is_early_phase: early phase 1, phase 1 or phase 1/2
-- is_late_phase: phase 2 to 4
-- allocation: the registry's DesignAllocation
-- intervention_model: the registry's InterventionalAssignment
-- primary_purpose: the registry's PrimaryPurpose
-- masking: the registry's DesignMasking
-- enrollment_count: participants, planned or actual
-- enrollment_type: ESTIMATED or ACTUAL
-- is_enrollment_placeholder: the count is the registry's placeholder for unknown
-- start_date: first day that the stated date can mean
-- start_date_precision: day, month or year, as stated
-- primary_completion_date: first day that the stated date can mean
-- primary_completion_date_precision: day, month or year, as stated
-- completion_date: first day that the stated date can mean
-- completion_date_precision: day, month or year, as stated
-- first_posted_date: day of registration, estimated from the NCT number where the source lacks it
-- is_first_posted_date_estimated: whether it is such an estimate
-- first_submitted_date: day on which the registration was first submitted
-- last_update_posted_date: day of the record's last update
-- results_first_posted_date: day when results were posted in the registry
-- has_results: whether the registry holds results
-- sex: the registry's Sex
-- minimum_age: as written
-- maximum_age: as written
-- minimum_age_years: youngest participants in years, null without a limit
-- maximum_age_years: oldest participants in years, null without a limit
-- site_count: sites listed, null where the source names countries only
-- country_count: countries listed
-- brief_summary: as written
-- eligibility: eligible, ineligible or boundary
-- exclusion_reason: why a record is not eligible, or a boundary
-- target_valency: single, dual, multi, sequential, panel or unstated
-- search_count: searches that found the trial
-- found_by: search, where a search of phrases found it; file, where it counts as found as its file does; else nothing
-- is_found_by_search: whether any search found it, or it counts as found as its file does
-- is_found_by_paper_search: whether a search of the paper's phrases found it
-- is_alias_of_another: the number is an alias of another record of the snapshot's
-- is_suspected_duplicate: may be registered twice, see core.suspected_duplicates
-- is_eligible: CAR-T cells are given, or their recipients are studied
-- is_boundary: neither clearly eligible nor clearly not; counted apart
-- is_within_as_of: first posted by the as-of date
-- screening_step: the one screening decision: the step of the flow diagram at which the record leaves, or is counted
-- is_in_cohort: no step removes it: found by the paper's searches, eligible, within the as-of date and no alias
-- content_sha256: hash of the record without what the registry changes every day
with studies as (
    select * from staging.studies
    semi join core.labels using (snapshot_id, nct_id)
),

labels as (
    -- attributes with one value each; many-valued ones have tables of their own
    select
        snapshot_id,
        nct_id,
        max(value) filter (where attribute = 'eligibility') as eligibility,
        max(value) filter (where attribute = 'exclusion_reason') as exclusion_reason,
        max(value) filter (where attribute = 'topic') as topic,
        max(value) filter (where attribute = 'target_valency') as target_valency,
        max(value) filter (where attribute = 'region') as region
    from core.labels
    group by snapshot_id, nct_id
),

searches as (
    select
        snapshot_id,
        nct_id,
        count(*) as search_count,
        bool_or(not is_extended) as is_found_by_paper_search,
        bool_or(search_field <> 'file') as is_found_by_phrase
    from core.trial_searches
    group by snapshot_id, nct_id
),

sites as (
    select
        snapshot_id,
        nct_id,
        count(*) as site_count,
        count(distinct country) filter (where country <> 'unstated' and not is_country_flagged) as country_count
    from core.trial_sites
    group by snapshot_id, nct_id
),

described as (
    select
        registrations.snapshot_id,
        registrations.nct_id,
        not list_contains(registrations.not_carried, 'contactsLocationsModule.locations.facility') as names_sites,
        coalesce(fields.is_carried, true) as names_collaborators
    from raw.registrations
    left join core.carried_fields as fields
        on
        registrations.snapshot_id = fields.snapshot_id
        and registrations.form = fields.form
        and registrations.is_in_part = fields.is_in_part
        and fields.field = 'sponsorCollaboratorsModule.collaborators'
),

funding as (
    -- whoever else pays is unknown where the source names no collaborators, or not their class
    select
        sponsors.snapshot_id,
        sponsors.nct_id,
        case
            when bool_and(described.names_collaborators and sponsors.funding_class <> 'not in this source')
                then array_to_string(list_sort(list_distinct(list(sponsors.funding_class))), ', ')
            else 'not in this source'
        end as funding_source
    from core.trial_sponsors as sponsors
    inner join described using (snapshot_id, nct_id)
    group by sponsors.snapshot_id, sponsors.nct_id
),

aliases as (
    select distinct
        snapshot_id,
        alias_nct_id as nct_id
    from core.trial_aliases
),

suspected as (
    select
        snapshot_id,
        nct_id
    from core.suspected_duplicates
    union
    select
        snapshot_id,
        other_nct_id as nct_id
    from core.suspected_duplicates
),

known_days as (
    select
        first_nct_number,
        first_posted_from,
        lead(first_nct_number) over (order by first_nct_number) - first_nct_number as numbers_to_next,
        lead(first_posted_from) over (order by first_nct_number) - first_posted_from as days_to_next
    from meta.nct_number_dates
),

registered as (
    -- a source without first-posted dates gets an estimate from the NCT number, which rises with it
    select
        studies.snapshot_id,
        studies.nct_id,
        registry_date(studies.status_module.studyfirstpostdatestruct.date) as stated_date,
        registry_date(studies.status_module.studyfirstsubmitdate) as first_submitted_date,
        registration_timing_of(
            coalesce(
                registry_date(studies.status_module.studyfirstsubmitdate),
                registry_date(studies.status_module.studyfirstpostdatestruct.date)
            ),
            studies.status_module.startdatestruct.date,
            $registration_grace_days::integer
        ) as registration_timing,
        known_days.first_posted_from
        + coalesce(
            known_days.days_to_next
            * (nct_serial(studies.nct_id) - known_days.first_nct_number)
            // known_days.numbers_to_next,
            0
        )::integer as estimated_date
    from studies
    asof left join known_days
        -- another registry's number is before every NCT number
        on coalesce(nct_serial(studies.nct_id), -1) >= known_days.first_nct_number
),

joined as (
    select
        studies.*,
        labels.* exclude (snapshot_id, nct_id),
        registered.stated_date,
        registered.first_submitted_date,
        registered.registration_timing,
        coalesce(registered.stated_date, registered.estimated_date) as first_posted_date,
        array_to_string(studies.design_module.phases, '|') as registry_phases,
        coalesce(searches.search_count, 0) as search_count,
        coalesce(searches.is_found_by_paper_search, false) as is_found_by_paper_search,
        case
            when searches.is_found_by_phrase then 'search'
            when searches.search_count > 0 then 'file'
            else 'nothing'
        end as found_by,
        case when described.names_sites then coalesce(sites.site_count, 0) end as site_count,
        coalesce(sites.country_count, 0) as country_count,
        coalesce(funding.funding_source, 'unstated') as funding_source,
        aliases.nct_id is not null as is_alias_of_another,
        suspected.nct_id is not null as is_suspected_duplicate
    from studies
    inner join labels using (snapshot_id, nct_id)
    inner join registered using (snapshot_id, nct_id)
    left join searches using (snapshot_id, nct_id)
    inner join described using (snapshot_id, nct_id)
    left join sites using (snapshot_id, nct_id)
    left join funding using (snapshot_id, nct_id)
    left join aliases using (snapshot_id, nct_id)
    left join suspected using (snapshot_id, nct_id)
),

judged as (
    select
        *,
        search_count > 0 as is_found_by_search,
        eligibility = 'eligible' as is_eligible,
        eligibility = 'boundary' as is_boundary,
        coalesce($as_of::date is null or first_posted_date <= $as_of::date, false) as is_within_as_of
    from joined
),

flagged as (
    select
        *,
        case
            when not is_found_by_search then 'found by no search'
            when not is_found_by_paper_search then 'found by the extended vocabulary only'
            when is_alias_of_another then 'number is an alias of another record'
            when not is_within_as_of then 'after the as-of date'
            when is_boundary then 'boundary, counted apart'
            when not is_eligible then 'not CAR-T'
            else 'trials in the landscape'
        end as screening_step
    from judged
),

final as (
    select
        flagged.snapshot_id,
        flagged.nct_id,
        flagged.identification_module.brieftitle as brief_title,
        flagged.identification_module.officialtitle as official_title,
        flagged.identification_module.acronym as acronym,
        flagged.identification_module.orgstudyidinfo.id as organization_study_id,
        flagged.identification_module.organization.fullname as organization_name,
        flagged.sponsor_module.leadsponsor.name as lead_sponsor_name,
        flagged.sponsor_module.leadsponsor.class as lead_sponsor_class,
        flagged.funding_source,
        flagged.status_module.overallstatus as overall_status,
        flagged.status_module.lastknownstatus as last_known_status,
        coalesce(statuses.status, 'unknown to the registry''s API') as status,
        statuses.status_order,
        coalesce(
            statuses.is_finished
            and not (
                -- a later completion was still to come on the as-of day
                flagged.status_module.overallstatus in ('COMPLETED', 'TERMINATED')
                and registry_date(flagged.status_module.completiondatestruct.date) > $as_of::date
            ),
            statuses.is_finished,
            false
        ) as is_finished,
        coalesce(statuses.is_active, false) as is_active,
        coalesce(flagged.status_module.overallstatus = 'WITHHELD', false) as is_withheld,
        flagged.status_module.whystopped as why_stopped,
        flagged.design_module.studytype as study_type,
        flagged.registry_phases,
        coalesce(phases.phase, 'unknown to the registry''s API') as phase,
        phases.phase_order,
        coalesce(phases.is_early_phase, false) as is_early_phase,
        coalesce(phases.is_late_phase, false) as is_late_phase,
        flagged.design_module.designinfo.allocation as allocation,
        flagged.design_module.designinfo.interventionmodel as intervention_model,
        flagged.design_module.designinfo.primarypurpose as primary_purpose,
        flagged.design_module.designinfo.maskinginfo.masking as masking,
        flagged.design_module.enrollmentinfo.count as enrollment_count,
        flagged.design_module.enrollmentinfo.type as enrollment_type,
        coalesce(flagged.design_module.enrollmentinfo.count >= $enrollment_placeholder, false)
            as is_enrollment_placeholder,
        registry_date(flagged.status_module.startdatestruct.date) as start_date,
        registry_date_precision(flagged.status_module.startdatestruct.date) as start_date_precision,
        registry_date(flagged.status_module.primarycompletiondatestruct.date) as primary_completion_date,
        registry_date_precision(flagged.status_module.primarycompletiondatestruct.date)
            as primary_completion_date_precision,
        registry_date(flagged.status_module.completiondatestruct.date) as completion_date,
        registry_date_precision(flagged.status_module.completiondatestruct.date) as completion_date_precision,
        flagged.first_posted_date,
        flagged.stated_date is null as is_first_posted_date_estimated,
        flagged.first_submitted_date,
        flagged.registration_timing,
        year(flagged.first_posted_date)::integer as registration_year,
        registry_date(flagged.status_module.lastupdatepostdatestruct.date) as last_update_posted_date,
        registry_date(flagged.status_module.resultsfirstpostdatestruct.date) as results_first_posted_date,
        flagged.has_results,
        flagged.eligibility_module.sex as sex,
        flagged.eligibility_module.minimumage as minimum_age,
        flagged.eligibility_module.maximumage as maximum_age,
        age_in_years(flagged.eligibility_module.minimumage) as minimum_age_years,
        age_in_years(flagged.eligibility_module.maximumage) as maximum_age_years,
        flagged.site_count,
        flagged.country_count,
        flagged.description_module.briefsummary as brief_summary,
        flagged.eligibility,
        flagged.exclusion_reason,
        flagged.topic,
        flagged.target_valency,
        flagged.region,
        flagged.search_count,
        flagged.found_by,
        flagged.is_found_by_search,
        flagged.is_found_by_paper_search,
        flagged.is_alias_of_another,
        flagged.is_suspected_duplicate,
        flagged.is_eligible,
        flagged.is_boundary,
        flagged.is_within_as_of,
        flagged.screening_step,
        flagged.screening_step = 'trials in the landscape' as is_in_cohort,
        flagged.content_sha256
    from flagged
    left join meta.statuses
        on flagged.status_module.overallstatus is not distinct from statuses.registry_value
    left join meta.phases
        on nullif(flagged.registry_phases, '') is not distinct from phases.registry_value
)

select * from final
