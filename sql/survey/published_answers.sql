-- one row per question, breakdown, group and option
-- why: what may leave the private database; a few answers are told neither directly nor as the rest of a sum
-- question: code of the question in curation/survey_instrument.toml
-- question_order: place of the question
-- breakdown: all, region, funding source or disease group
-- level: the region, funding source or disease group; all for all
-- option: code of the option
-- option_order: place of the option
-- answers: how many chose it; null for a few
-- answered: how many chose any option of the question
-- could_answer: how many the question was asked of
-- percentage: in percent; null for a few
-- percentage_low: lower end of the Wilson interval; null for a few
-- percentage_high: upper end of the Wilson interval; null for a few
with answers as (
    select * from survey.survey_answers
),

totals as (
    select distinct
        question,
        answered as all_answered
    from answers
    where breakdown = 'all'
),

levels as (
    select distinct
        question,
        breakdown,
        level,
        answered
    from answers
),

shown as (
    select
        question,
        breakdown,
        sum(answered) as shown_answered
    from levels
    group by question, breakdown
),

allowed as (
    -- where the groups left out hold a few answers together, the total would give them away
    select
        shown.question,
        shown.breakdown
    from shown
    inner join totals using (question)
    where
        totals.all_answered - shown.shown_answered <= 0
        or totals.all_answered - shown.shown_answered >= $smallest_group
),

marked as (
    select
        answers.*,
        questions.kind,
        answers.answers between 1 and $smallest_group - 1 as is_few
    from answers
    inner join allowed using (question, breakdown)
    inner join survey.questions using (question)
),

ranked as (
    select
        *,
        count(*) filter (where is_few) over (partition by question, breakdown, level) as few_options,
        row_number() over (
            partition by question, breakdown, level, is_few or answers = 0 order by answers, option_order
        ) as place
    from marked
),

hidden as (
    -- of one answer a person, a single hidden count is the rest of the sum: hide the next smallest with it
    select
        *,
        is_few or (kind = 'single' and few_options = 1 and answers > 0 and place = 1) as is_hidden
    from ranked
),

final as (
    select
        question,
        question_order,
        breakdown,
        level,
        option,
        option_order,
        case when not is_hidden then answers end as answers,
        answered,
        could_answer,
        case when not is_hidden then percentage end as percentage,
        case when not is_hidden then percentage_low end as percentage_low,
        case when not is_hidden then percentage_high end as percentage_high
    from hidden
)

select * from final
order by question_order, breakdown, level, option_order
