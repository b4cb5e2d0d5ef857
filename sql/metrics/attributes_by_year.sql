-- one row per snapshot, attribute, value and year of registration
-- paper: none; it says 'increasing' without a number
-- numerator: treatment trials of the cohort of the year with the value
-- denominator: treatment trials of the cohort of the year, and those that state the attribute
-- why: how the field changes; metrics.attribute_trends tests each value over the years
-- key: attribute, value, registration_year
-- among: treatment
-- facets: year = {registration_year}
-- counts: trials where {attribute} = {value}, as share of year_trials
-- needs: sponsorCollaboratorsModule.leadSponsor.class where attribute is funding
-- needs: sponsorCollaboratorsModule.collaborators.class where attribute is funding
-- attribute: a row of curation/yearly_attributes.tsv
-- value: value of the attribute; unstated where the record is silent; values of few trials are left out
-- trials: trials of the year with the value
-- year_trials: treatment trials of the year
-- stated_trials: treatment trials of the year that state the attribute
-- percentage: of the treatment trials of the year
-- stated_percentage: of those that state the attribute; null for unstated
with cohort as (
    select * from core.trials
    where
        is_in_cohort
        and topic = 'treatment'
        and registration_year is not null
),

labels as (
    select
        cohort.snapshot_id,
        cohort.nct_id,
        cohort.registration_year,
        labels.attribute,
        labels.value
    from cohort
    inner join core.labels using (snapshot_id, nct_id)
    inner join meta.yearly_attributes using (attribute)
    union all
    select distinct
        cohort.snapshot_id,
        cohort.nct_id,
        cohort.registration_year,
        'funding' as attribute,
        coalesce(sponsors.funding_class, 'unstated') as value
    from cohort
    left join core.trial_sponsors as sponsors using (snapshot_id, nct_id)
),

frequent as (
    select
        snapshot_id,
        attribute,
        value
    from labels
    group by snapshot_id, attribute, value
    having count(*) >= $smallest_trend_trials::integer
),

years as (
    select
        snapshot_id,
        attribute,
        registration_year,
        count(distinct nct_id) as year_trials,
        count(distinct nct_id) filter (where value not in ('unstated', 'not in this source')) as stated_trials
    from labels
    group by snapshot_id, attribute, registration_year
),

counted as (
    select
        years.snapshot_id,
        years.attribute,
        frequent.value,
        years.registration_year,
        count(labels.nct_id) as trials,
        any_value(years.year_trials) as year_trials,
        any_value(years.stated_trials) as stated_trials
    from years
    inner join frequent using (snapshot_id, attribute)
    left join labels
        on
        years.snapshot_id = labels.snapshot_id
        and years.attribute = labels.attribute
        and years.registration_year = labels.registration_year
        and frequent.value = labels.value
    group by years.snapshot_id, years.attribute, frequent.value, years.registration_year
),

final as (
    select
        *,
        100.0 * trials / year_trials as percentage,
        case
            when value not in ('unstated', 'not in this source') then 100.0 * trials / nullif(stated_trials, 0)
        end as stated_percentage
    from counted
)

select * from final
order by snapshot_id, attribute, value, registration_year
