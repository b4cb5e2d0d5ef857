-- one row per population and step
-- why: what may leave the private database; a few are told neither directly nor as the rest of a sum
-- population: finished trials, people to ask, or people who answered
-- step: class of contact, outcome, or how complete the answer is
-- quantity: trials or people; null for a few
-- population_size: all of the population; null for a few
-- percentage: in percent; null for a few
-- percentage_low: lower end of the Wilson interval; null for a few
-- percentage_high: upper end of the Wilson interval; null for a few
with marked as (
    select
        *,
        quantity < $smallest_group as is_few
    from survey.survey_response
),

ranked as (
    -- a single hidden count is the rest of the sum: the next smallest is hidden with it
    select
        *,
        count(*) filter (where is_few) over (partition by population) as few_rows,
        row_number() over (partition by population, is_few order by quantity, step) as place
    from marked
),

hidden as (
    select
        *,
        is_few or (few_rows = 1 and place = 1) as is_hidden
    from ranked
)

select
    population,
    step,
    case when not is_hidden then quantity end as quantity,
    case when population_size >= $smallest_group then population_size end as population_size,
    case when not is_hidden then percentage end as percentage,
    case when not is_hidden then percentage_low end as percentage_low,
    case when not is_hidden then percentage_high end as percentage_high
from hidden
order by population, step
