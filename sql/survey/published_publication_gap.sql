-- one row per answer about publication and what we found
-- why: what may leave the private database; a few are told neither directly nor as the rest of a sum
-- said: code of the answer; no answer where the question was left out
-- found: results found, none found, or not looked for
-- reading: agree, said published but none found, found though said unpublished, or can not be compared
-- trials: trials answered for; null for a few
-- answered_trials: all trials answered for
-- percentage: in percent; null for a few
-- percentage_low: lower end of the Wilson interval; null for a few
-- percentage_high: upper end of the Wilson interval; null for a few
with marked as (
    select
        *,
        trials < $smallest_group as is_few
    from survey.survey_publication_gap
),

ranked as (
    -- a single hidden count is the rest of the sum: the next smallest is hidden with it
    select
        *,
        count(*) filter (where is_few) over (partition by answered_trials) as few_rows,
        row_number() over (partition by answered_trials, is_few order by trials, said, found) as place
    from marked
),

hidden as (
    select
        *,
        is_few or (few_rows = 1 and place = 1) as is_hidden
    from ranked
)

select
    said,
    found,
    reading,
    case when not is_hidden then trials end as trials,
    answered_trials,
    case when not is_hidden then percentage end as percentage,
    case when not is_hidden then percentage_low end as percentage_low,
    case when not is_hidden then percentage_high end as percentage_high
from hidden
where answered_trials >= $smallest_group
order by said, found
