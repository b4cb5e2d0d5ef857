-- one row per snapshot and registration
-- why: a trial may be registered several times; one of its registrations speaks for it, the others stay beside it
-- key: nct_id
-- nct_id: number of the registration, of whichever registry
-- registry: the registry, as in meta.registries
-- form: the form in which the record was received: api, aact, ictrp, ctis ...
-- address: where the registration is read
-- source_date: the day of an export that holds the record, null where it came from the registry itself
-- brief_title: as written
-- lead_sponsor_name: as written
-- trial_nct_id: number of the registration that speaks for the trial
-- is_primary: whether that is this one
-- place: place among the trial's registrations: eligible first, then by registry, then the newest update
-- registrations: registrations of the trial
-- is_contradictory: its numbers would join two registrations of one registry, so they join nothing
-- registration_date: day of registration as stated
-- last_update_date: day of the last update as stated
-- start_date: first day that the stated start can mean
-- overall_status: the status in the codes of ClinicalTrials.gov
-- registry_phases: the phases in the codes of ClinicalTrials.gov, joined by |
-- completion_date: first day that the stated completion can mean
-- enrollment_count: participants, planned or actual
-- eligibility: eligible, ineligible or boundary, read from this registration
-- is_found_by_paper_search: whether a search of the paper's phrases found this registration
with described as (
    select * from raw.registrations
),

studies as (
    select
        snapshot_id,
        nct_id,
        identification_module.brieftitle as brief_title,
        sponsor_module.leadsponsor.name as lead_sponsor_name,
        registry_date(status_module.studyfirstpostdatestruct.date) as registration_date,
        registry_date(status_module.lastupdatepostdatestruct.date) as last_update_date,
        registration_timing_of(
            coalesce(
                registry_date(status_module.studyfirstsubmitdate),
                registry_date(status_module.studyfirstpostdatestruct.date)
            ),
            status_module.startdatestruct.date,
            $registration_grace_days::integer
        ) as registration_timing,
        registry_date(status_module.startdatestruct.date) as start_date,
        registry_date(status_module.completiondatestruct.date) as completion_date,
        status_module.overallstatus as overall_status,
        array_to_string(design_module.phases, '|') as registry_phases,
        design_module.enrollmentinfo.count as enrollment_count
    from staging.studies
),

eligible as (
    select
        snapshot_id,
        nct_id,
        value as eligibility
    from core.registration_labels
    where attribute = 'eligibility'
),

found as (
    select distinct
        snapshot_id,
        nct_id
    from raw.search_hits
    inner join raw.searches using (snapshot_id, search_id)
    where not is_extended
),

joined as (
    select
        described.snapshot_id,
        described.nct_id,
        described.registry,
        described.form,
        nullif(described.address, '') as address,
        nullif(described.source_date, '')::date as source_date,
        coalesce(registration_groups.group_id, described.nct_id) as group_id,
        coalesce(registration_groups.is_contradictory, false) as is_contradictory,
        studies.* exclude (snapshot_id, nct_id),
        eligible.eligibility,
        found.nct_id is not null as is_found_by_paper_search,
        registries.precedence::integer as precedence
    from described
    inner join studies using (snapshot_id, nct_id)
    left join eligible using (snapshot_id, nct_id)
    left join found using (snapshot_id, nct_id)
    left join core.registration_groups using (snapshot_id, nct_id)
    left join meta.registries using (registry)
),

placed as (
    select
        *,
        row_number() over (
            partition by snapshot_id, group_id
            order by
                eligibility = 'eligible' desc nulls last,
                eligibility = 'boundary' desc nulls last,
                precedence asc nulls last,
                last_update_date desc nulls last,
                nct_id asc
        ) as place,
        count(*) over (partition by snapshot_id, group_id) as registrations
    from joined
),

final as (
    select
        snapshot_id,
        nct_id,
        registry,
        form,
        address,
        source_date,
        brief_title,
        lead_sponsor_name,
        first(nct_id) over (partition by snapshot_id, group_id order by place) as trial_nct_id,
        place = 1 as is_primary,
        place,
        registrations,
        is_contradictory,
        registration_date,
        last_update_date,
        start_date,
        registration_timing,
        overall_status,
        registry_phases,
        completion_date,
        enrollment_count,
        eligibility,
        is_found_by_paper_search
    from placed
)

select * from final
