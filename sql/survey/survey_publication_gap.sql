-- one row per answer about publication and what we found
-- paper: section 4.4: publication rates, and what investigators say of them
-- numerator: trials answered for with this answer and this finding
-- denominator: trials answered for
-- why: said published and not found is a paper that we miss; found and said unpublished is one that they forget
-- said: code of the answer; no answer where the question was left out
-- found: results found, none found, or not looked for
-- reading: agree, said published but none found, found though said unpublished, or can not be compared
-- trials: trials answered for
-- answered_trials: all trials answered for
-- percentage: trials of the denominator, in percent
-- percentage_low: lower end of the Wilson interval, in percent
-- percentage_high: upper end of the Wilson interval, in percent
with asked as (
    select
        asked_questions.respondent_id,
        asked_questions.nct_id,
        asked_questions.question
    from survey.asked_questions
    inner join survey.questions using (question)
    where questions.is_publication_status
),

compared as (
    select
        coalesce(answers.answer, 'no answer') as said,
        options.is_published as is_said_published,
        trials.is_published as is_found,
        case
            when not trials.is_looked_for then 'not looked for'
            when trials.is_published then 'results found'
            else 'none found'
        end as found
    from asked
    inner join survey.trials using (nct_id)
    left join survey.answers using (question, respondent_id, nct_id)
    left join survey.options
        on
        asked.question = options.question
        and answers.answer = options.option
),

counted as (
    select
        said,
        found,
        case
            when is_said_published is null or found = 'not looked for' then 'can not be compared'
            when is_said_published = is_found then 'agree'
            when is_said_published then 'said published but none found'
            else 'found though said unpublished'
        end as reading,
        count(*) as trials
    from compared
    group by all
),

shares as (
    select
        *,
        (sum(trials) over ())::bigint as answered_trials
    from counted
),

final as (
    select
        *,
        100.0 * trials / answered_trials as percentage,
        100 * wilson_low(trials, answered_trials, $confidence_level) as percentage_low,
        100 * wilson_high(trials, answered_trials, $confidence_level) as percentage_high
    from shares
)

select * from final
order by said, found
