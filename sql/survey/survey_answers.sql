-- one row per question, breakdown, group and option
-- paper: sections 4.3, 4.4 and 5: 14, 12 and 5 of 22
-- numerator: people, or people and trials, who chose the option
-- denominator: those who could answer the question, whether they did or not
-- why: what stands in the way; groups with too few answers are left out
-- question: code of the question in curation/survey_instrument.toml
-- question_order: place of the question
-- breakdown: all, region, funding source or disease group
-- level: the region, funding source or disease group; all for all
-- option: code of the option
-- option_order: place of the option
-- answers: how many chose it
-- answered: how many chose any option of the question
-- could_answer: how many the question was asked of
-- percentage: answers of those who could answer, in percent
-- percentage_low: lower end of the Wilson interval, in percent
-- percentage_high: upper end of the Wilson interval, in percent
with asked as (
    select * from survey.asked_questions
),

unit_trials as (
    -- a question about the person belongs to the groups of all trials that the person answered for
    select
        asked.question,
        asked.respondent_id,
        asked.nct_id,
        asked.is_answered,
        trials.region,
        trials.funding_source,
        sheets.nct_id as trial
    from asked
    inner join survey.sheets
        on
        asked.respondent_id = sheets.respondent_id
        and (asked.nct_id = '' or asked.nct_id = sheets.nct_id)
    inner join survey.trials
        on sheets.nct_id = trials.nct_id
),

placed as (
    select unit_trials.* exclude (region, funding_source, trial), 'all' as breakdown, 'all' as level from unit_trials -- noqa: LT05,LT09
    union
    select unit_trials.* exclude (region, funding_source, trial), 'region' as breakdown, region as level from unit_trials -- noqa: LT05,LT09
    union
    select unit_trials.* exclude (region, funding_source, trial), 'funding source' as breakdown, funding_source as level from unit_trials -- noqa: LT05,LT09
    union
    select unit_trials.* exclude (region, funding_source, trial), 'disease group' as breakdown, groups.disease_group as level -- noqa: LT05,LT09
    from unit_trials
    inner join survey.trial_disease_groups as groups on unit_trials.trial = groups.nct_id
),

levels as (
    select
        question,
        breakdown,
        level,
        count(*) as could_answer,
        count(*) filter (where is_answered) as answered
    from placed
    group by question, breakdown, level
    having count(*) filter (where is_answered) >= $smallest_group
),

chosen as (
    select
        placed.question,
        placed.breakdown,
        placed.level,
        answers.answer as option,
        count(*) as answers
    from placed
    inner join survey.answers using (question, respondent_id, nct_id)
    group by placed.question, placed.breakdown, placed.level, answers.answer
),

final as (
    select
        levels.question,
        questions.question_order,
        levels.breakdown,
        levels.level,
        options.option,
        options.option_order,
        coalesce(chosen.answers, 0) as answers,
        levels.answered,
        levels.could_answer,
        100.0 * coalesce(chosen.answers, 0) / levels.could_answer as percentage,
        100 * wilson_low(coalesce(chosen.answers, 0), levels.could_answer, $confidence_level) as percentage_low,
        100 * wilson_high(coalesce(chosen.answers, 0), levels.could_answer, $confidence_level) as percentage_high
    from levels
    inner join survey.questions using (question)
    inner join survey.options using (question)
    left join chosen using (question, breakdown, level, option)
)

select * from final
order by question_order, breakdown, level, option_order
