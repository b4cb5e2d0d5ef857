-- one row per question and person, or person and trial, who could answer it
-- why: the number who could answer is the denominator; late answers do not count
-- question: code of the question
-- respondent_id: random, says nothing about the person
-- nct_id: the trial that the question is about, empty where it is about the person
-- is_answered: whether any option was chosen
with sheets as (
    select
        sheets.respondent_id,
        sheets.nct_id,
        trials.status
    from survey.sheets
    inner join survey.outcomes using (respondent_id)
    inner join survey.trials using (nct_id)
    where outcomes.outcome = 'answered'
),

fulfilled as (
    select distinct
        conditions.question,
        answers.respondent_id,
        answers.nct_id
    from survey.question_conditions as conditions
    inner join survey.answers
        on
        conditions.asked_if_question = answers.question
        and conditions.asked_if_option = answers.answer
),

could_answer as (
    select distinct
        questions.question,
        sheets.respondent_id,
        case questions.about when 'trial' then sheets.nct_id else '' end as nct_id
    from sheets
    inner join survey.question_statuses using (status)
    inner join survey.questions using (question)
    where
        questions.kind <> 'text'
        and (
            questions.question not in (select conditions.question from survey.question_conditions as conditions)
            or exists (
                select 1
                from fulfilled
                where
                    fulfilled.question = questions.question
                    and fulfilled.respondent_id = sheets.respondent_id
                    and fulfilled.nct_id in ('', sheets.nct_id)
            )
        )
),

answered as (
    select distinct
        question,
        respondent_id,
        nct_id
    from survey.answers
),

final as (
    select
        could_answer.*,
        answered.question is not null as is_answered
    from could_answer
    left join answered using (question, respondent_id, nct_id)
)

select * from final
