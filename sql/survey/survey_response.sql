-- one row per population and step
-- paper: section 2.2 (unable to contact, non-response); section 5 (valid responses, 18 of 22)
-- numerator: finished trials in the class of contact, or people with the outcome
-- denominator: finished trials; people to ask; or people who answered, for complete answers
-- why: who could be asked, who answered, and what is missing
-- population: finished trials, people to ask, or people who answered
-- step: class of contact, outcome, or how complete the answer is
-- quantity: trials or people
-- population_size: all of the population
-- percentage: quantity of the denominator, in percent
-- percentage_low: lower end of the Wilson interval, in percent
-- percentage_high: upper end of the Wilson interval, in percent
with steps as (
    select
        'finished trials' as population,
        contact_class as step,
        nct_id as unit
    from survey.contacts
    union all
    select
        'people to ask' as population,
        outcome as step,
        respondent_id as unit
    from survey.outcomes
    union all
    -- valid answers: every question with options that could be answered was
    select
        'people who answered' as population,
        case when bool_and(is_answered) then 'complete' else 'incomplete' end as step,
        respondent_id as unit
    from survey.asked_questions
    group by respondent_id
),

populations as (
    select
        population,
        count(*) as population_size
    from steps
    group by population
),

counted as (
    select
        population,
        step,
        count(*) as quantity
    from steps
    group by population, step
),

final as (
    select
        counted.population,
        counted.step,
        counted.quantity,
        populations.population_size,
        100.0 * counted.quantity / populations.population_size as percentage,
        100 * wilson_low(counted.quantity, populations.population_size, $confidence_level) as percentage_low,
        100 * wilson_high(counted.quantity, populations.population_size, $confidence_level) as percentage_high
    from counted
    inner join populations using (population)
)

select * from final
order by population, step
