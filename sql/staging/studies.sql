-- one row per snapshot and registration
-- why: the registry's modules as typed structs; a part of another shape than the API's document becomes null
with versions as (
    select * from raw.study_versions
),

-- a version is taken apart once, however many snapshots hold it
parsed as (
    select
        version,
        content_sha256,
        from_json(
            study,
            '{
                "hasResults": "BOOLEAN",
                "protocolSection": {
                    "identificationModule": {
                        "nctIdAliases": ["VARCHAR"],
                        "orgStudyIdInfo": {"id": "VARCHAR"},
                        "organization": {"fullName": "VARCHAR", "class": "VARCHAR"},
                        "briefTitle": "VARCHAR", "officialTitle": "VARCHAR", "acronym": "VARCHAR"
                    },
                    "statusModule": {
                        "overallStatus": "VARCHAR", "lastKnownStatus": "VARCHAR", "whyStopped": "VARCHAR",
                        "statusVerifiedDate": "VARCHAR",
                        "startDateStruct": {"date": "VARCHAR", "type": "VARCHAR"},
                        "primaryCompletionDateStruct": {"date": "VARCHAR", "type": "VARCHAR"},
                        "completionDateStruct": {"date": "VARCHAR", "type": "VARCHAR"},
                        "studyFirstSubmitDate": "VARCHAR",
                        "studyFirstPostDateStruct": {"date": "VARCHAR"},
                        "resultsFirstSubmitDate": "VARCHAR",
                        "resultsFirstPostDateStruct": {"date": "VARCHAR"},
                        "dispFirstSubmitDate": "VARCHAR",
                        "lastUpdatePostDateStruct": {"date": "VARCHAR"}
                    },
                    "sponsorCollaboratorsModule": {
                        "leadSponsor": {"name": "VARCHAR", "class": "VARCHAR"},
                        "collaborators": [{"name": "VARCHAR", "class": "VARCHAR"}]
                    },
                    "oversightModule": {
                        "isFdaRegulatedDrug": "BOOLEAN", "isFdaRegulatedDevice": "BOOLEAN", "isUsExport": "BOOLEAN"
                    },
                    "descriptionModule": {"briefSummary": "VARCHAR", "detailedDescription": "VARCHAR"},
                    "conditionsModule": {"conditions": ["VARCHAR"], "keywords": ["VARCHAR"]},
                    "designModule": {
                        "studyType": "VARCHAR", "phases": ["VARCHAR"],
                        "designInfo": {
                            "allocation": "VARCHAR", "interventionModel": "VARCHAR", "primaryPurpose": "VARCHAR",
                            "observationalModel": "VARCHAR", "maskingInfo": {"masking": "VARCHAR"}
                        },
                        "enrollmentInfo": {"count": "BIGINT", "type": "VARCHAR"}
                    },
                    "armsInterventionsModule": {
                        "interventions": [{"type": "VARCHAR", "name": "VARCHAR", "description": "VARCHAR"}]
                    },
                    "outcomesModule": {
                        "primaryOutcomes": [{"measure": "VARCHAR", "timeFrame": "VARCHAR"}],
                        "secondaryOutcomes": [{"measure": "VARCHAR", "timeFrame": "VARCHAR"}]
                    },
                    "eligibilityModule": {
                        "sex": "VARCHAR", "minimumAge": "VARCHAR", "maximumAge": "VARCHAR",
                        "stdAges": ["VARCHAR"], "healthyVolunteers": "BOOLEAN"
                    },
                    "contactsLocationsModule": {
                        "overallOfficials": [{"name": "VARCHAR"}],
                        "locations": [{
                            "facility": "VARCHAR", "status": "VARCHAR", "city": "VARCHAR", "state": "VARCHAR",
                            "zip": "VARCHAR", "country": "VARCHAR",
                            "geoPoint": {"lat": "DOUBLE", "lon": "DOUBLE"}
                        }]
                    },
                    "referencesModule": {
                        "references": [{"pmid": "VARCHAR", "type": "VARCHAR", "citation": "VARCHAR"}]
                    }
                }
            }'
        ) as record
    from versions
),

final as (
    select
        held.snapshot_id,
        held.nct_id,
        parsed.content_sha256,
        parsed.record.hasresults as has_results,
        parsed.record.protocolsection.identificationmodule as identification_module,
        parsed.record.protocolsection.statusmodule as status_module,
        parsed.record.protocolsection.sponsorcollaboratorsmodule as sponsor_module,
        parsed.record.protocolsection.oversightmodule as oversight_module,
        parsed.record.protocolsection.descriptionmodule as description_module,
        parsed.record.protocolsection.conditionsmodule as conditions_module,
        parsed.record.protocolsection.designmodule as design_module,
        parsed.record.protocolsection.armsinterventionsmodule as arms_interventions_module,
        parsed.record.protocolsection.outcomesmodule as outcomes_module,
        parsed.record.protocolsection.eligibilitymodule as eligibility_module,
        parsed.record.protocolsection.contactslocationsmodule as contacts_locations_module,
        parsed.record.protocolsection.referencesmodule as references_module
    from raw.snapshot_studies as held
    inner join parsed using (version)
)

select * from final
