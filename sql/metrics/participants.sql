-- one row per snapshot, subject and answer
-- paper: none
-- numerator: treatment trials of the cohort that answer so
-- denominator: treatment trials of the cohort whose source carries what is asked
-- why: whom trials leave out; silent criteria are unstated, and a source without criteria is asked nothing
-- key: subject, answer
-- among: treatment
-- counts: trials where may_take_part = {subject}: {answer}, as share of asked_trials
-- needs: eligibilityModule.minimumAge where subject is children
-- needs: eligibilityModule.maximumAge where subject is old people
-- needs: eligibilityModule.sex where subject is women or men
-- needs: eligibilityModule.eligibilityCriteria where subject is not children or old people or women or men
-- figure: answers
-- caption: Treatment trials whose record carries criteria or ages; unstated: the record does not say.
-- subject: children, old people, women and men by the registry's fields; the others by words of the criteria
-- answer: admitted, excluded, excluded with exceptions, up to an ECOG status, or unstated
-- trials: trials that answer so
-- asked_trials: trials whose source carries the field, or criteria
-- percentage: of the trials asked
with counted as (
    select
        trials.snapshot_id,
        answers.subject,
        answers.answer,
        count(*) as trials
    from core.trials
    inner join core.trial_participants as answers using (snapshot_id, nct_id)
    where
        trials.is_in_cohort
        and trials.topic = 'treatment'
    group by trials.snapshot_id, answers.subject, answers.answer
),

final as (
    select
        snapshot_id,
        subject,
        answer,
        trials,
        (sum(trials) over (partition by snapshot_id, subject))::bigint as asked_trials,
        100.0 * trials / sum(trials) over (partition by snapshot_id, subject) as percentage
    from counted
)

select * from final
order by snapshot_id asc, subject asc, trials desc, answer asc
