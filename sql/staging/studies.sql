-- one row per snapshot and registration
-- why: the registry's modules as typed structs; a part of another shape than the API's document becomes null
with studies as (
    select * from raw.studies
),

parsed as (
    select
        snapshot_id,
        nct_id,
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
    from studies
),

final as (
    select
        snapshot_id,
        nct_id,
        content_sha256,
        record.hasresults as has_results,
        record.protocolsection.identificationmodule as identification_module,
        record.protocolsection.statusmodule as status_module,
        record.protocolsection.sponsorcollaboratorsmodule as sponsor_module,
        record.protocolsection.oversightmodule as oversight_module,
        record.protocolsection.descriptionmodule as description_module,
        record.protocolsection.conditionsmodule as conditions_module,
        record.protocolsection.designmodule as design_module,
        record.protocolsection.armsinterventionsmodule as arms_interventions_module,
        record.protocolsection.outcomesmodule as outcomes_module,
        record.protocolsection.eligibilitymodule as eligibility_module,
        record.protocolsection.contactslocationsmodule as contacts_locations_module,
        record.protocolsection.referencesmodule as references_module
    from parsed
)

select * from final
