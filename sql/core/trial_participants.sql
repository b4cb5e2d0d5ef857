-- one row per snapshot, trial and subject that its source carries
-- why: whom a trial admits, by the registry's fields and by words of the criteria; silence is unstated, not 'admitted'
-- key: nct_id, subject
-- subject: children, old people, women and men by the registry's fields; the others by words of the criteria
-- answer: admitted, excluded, excluded with exceptions, up to an ECOG status, or unstated
with fields as (
    select
        trials.snapshot_id,
        trials.nct_id,
        unnest([
            {
                'subject': 'children', 'is_asked': trials.minimum_age is not null,
                'answer': case
                    when age_in_years(trials.minimum_age) < $age_of_adults::integer then 'admitted'
                    when age_in_years(trials.minimum_age) >= $age_of_adults::integer then 'excluded'
                end
            },
            {
                'subject': 'old people', 'is_asked': trials.maximum_age is not null,
                'answer': case
                    when age_in_years(trials.maximum_age) >= $age_of_old_people::integer then 'admitted'
                    when age_in_years(trials.maximum_age) < $age_of_old_people::integer then 'excluded'
                end
            },
            {
                'subject': 'women', 'is_asked': trials.sex is not null,
                'answer': case
                    when trials.sex in ('ALL', 'FEMALE') then 'admitted'
                    when trials.sex = 'MALE' then 'excluded'
                end
            },
            {
                'subject': 'men', 'is_asked': trials.sex is not null,
                'answer': case
                    when trials.sex in ('ALL', 'MALE') then 'admitted'
                    when trials.sex = 'FEMALE' then 'excluded'
                end
            }
        ]) as asked
    from core.trials
),

subjects as (
    select distinct subject
    from meta.participants
    where subject not in ('denial', 'exception', 'misreading')
),

words as (
    select
        snapshot_id,
        nct_id,
        split_part(value, ': ', 1) as subject,
        split_part(value, ': ', 2) as answer
    from core.labels
    where
        attribute = 'participants'
        and value <> 'unstated'
),

asked as (
    select
        snapshot_id,
        nct_id,
        asked.subject as subject,
        asked.answer as answer
    from fields
    where asked.is_asked
    union all
    select
        trials.snapshot_id,
        trials.nct_id,
        subjects.subject,
        words.answer
    from core.trials
    inner join raw.studies using (snapshot_id, nct_id)
    cross join subjects
    left join words
        on
        trials.snapshot_id = words.snapshot_id
        and trials.nct_id = words.nct_id
        and subjects.subject = words.subject
    where
        trials.eligibility <> 'ineligible'
        and studies.study ->> '$.protocolSection.eligibilityModule.eligibilityCriteria' is not null
),

final as (
    select
        snapshot_id,
        nct_id,
        subject,
        coalesce(answer, 'unstated') as answer
    from asked
)

select * from final
