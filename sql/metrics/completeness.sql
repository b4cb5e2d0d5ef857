-- one row per snapshot and attribute
-- paper: none; no landscape publishes it
-- numerator: trials of the cohort for which the record states the attribute
-- denominator: trials of the cohort
-- why: unstated is a result; a share of the stated ones says little where most are silent
-- key: attribute
-- among: cohort
-- counts: stated_trials where {attribute} = !unstated, as share of trials
-- links: unstated_trials where {attribute} = unstated
-- links: trials
-- needs: statusModule.startDateStruct.date where attribute is start_date
-- needs: statusModule.completionDateStruct.date where attribute is completion_date
-- needs: designModule.enrollmentInfo.count where attribute is enrollment_count
-- needs: statusModule.studyFirstPostDateStruct.date where attribute is first_posted_date
-- needs: eligibilityModule.eligibilityCriteria where attribute is participants
-- figure: shares
-- title: What the records state
-- caption: For each attribute the share of trials whose record states it.
-- attribute: a curated label or a field of the registry
-- trials: trials of the cohort
-- stated_trials: trials that state it
-- unstated_trials: trials that do not
-- stated_percentage: of the cohort's trials
with cohort as (
    select * from core.trials
    where is_in_cohort
),

labels as (
    select
        cohort.snapshot_id,
        labels.attribute,
        cohort.nct_id,
        bool_or(labels.value <> 'unstated') as is_stated
    from cohort
    inner join core.labels using (snapshot_id, nct_id)
    -- screening decides these for every record, so nothing about them can be unstated
    where labels.attribute not in ('eligibility', 'exclusion_reason', 'topic')
    group by cohort.snapshot_id, labels.attribute, cohort.nct_id
),

fields as (
    unpivot (
        select
            snapshot_id,
            nct_id,
            start_date is not null as start_date,
            completion_date is not null as completion_date,
            enrollment_count is not null and not is_enrollment_placeholder as enrollment_count,
            phase <> 'unstated' as phase,
            site_count > 0 as sites,
            not is_first_posted_date_estimated as first_posted_date
        from cohort
    )
    on columns(* exclude (snapshot_id, nct_id))
    into name attribute value is_stated
),

attributes as (
    select
        snapshot_id,
        attribute,
        is_stated
    from labels
    union all
    select
        snapshot_id,
        attribute,
        is_stated
    from fields
),

final as (
    select
        snapshot_id,
        attribute,
        count(*) as trials,
        count(*) filter (where is_stated) as stated_trials,
        count(*) filter (where not is_stated) as unstated_trials,
        100.0 * count(*) filter (where is_stated) / count(*) as stated_percentage
    from attributes
    group by snapshot_id, attribute
)

select * from final
order by snapshot_id, attribute
