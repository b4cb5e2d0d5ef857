-- one row per snapshot, clock and trial
-- paper: none; section 4.4 compares published with unpublished without regard to time
-- numerator: trials of the cohort whose results were published; at day 0 where they came before the clock started
-- denominator: trials of the cohort looked for, from the start, and finished ones from their completion
-- why: a trial that ended last month had no time to publish: it is followed until papers were looked for, then censored
-- key: clock, nct_id
-- needs: statusModule.startDateStruct.date where clock is start
-- needs: statusModule.primaryCompletionDateStruct.date or statusModule.completionDateStruct.date where clock is
--   completion
-- clock: from start, or from completion of finished trials
-- from_date: day at which the clock starts
-- until_date: day of the first results, else the last day observed
-- is_published: whether results were published by then; otherwise the trial is censored
-- is_early: whether results came before the clock started, such as interim results of a trial not yet completed
-- days_to_publication: days on the clock, 0 for early results; null where the row is left out
-- left_out: why the row is not followed: withdrawn before anybody took part, not looked for, no date, and the like
with cohort as (
    select
        trials.*,
        status.is_looked_for,
        status.is_published,
        status.observed_until,
        status.first_results_date
    from core.trials
    inner join core.trial_publication_status as status using (snapshot_id, nct_id)
    where trials.is_in_cohort
),

flagged as (
    select
        snapshot_id,
        nct_id,
        bool_or(affected_metric = 'start date bands') as has_flagged_start,
        bool_or(affected_metric = 'time to publication') as has_flagged_completion
    from core.trial_flags
    group by snapshot_id, nct_id
),

clocks as (
    select
        cohort.*,
        'start' as clock,
        cohort.start_date as from_date,
        coalesce(flagged.has_flagged_start, false) as is_implausible
    from cohort
    left join flagged using (snapshot_id, nct_id)
    union all
    select
        cohort.*,
        'completion' as clock,
        coalesce(cohort.primary_completion_date, cohort.completion_date) as from_date,
        coalesce(flagged.has_flagged_completion, false) as is_implausible
    from cohort
    left join flagged using (snapshot_id, nct_id)
    where cohort.is_finished
),

timed as (
    select
        *,
        case when is_published then first_results_date else observed_until end as until_date,
        case
            when overall_status = 'WITHDRAWN' then 'withdrawn before anybody took part'
            when not is_looked_for then 'not looked for'
            when from_date is null then 'no date'
            when is_implausible then 'implausible date'
            when is_published and first_results_date is null then 'publication without a date'
            when not is_published and observed_until < from_date then 'clock starts after observation'
        end as left_out
    from clocks
),

final as (
    select
        snapshot_id,
        clock,
        nct_id,
        region,
        funding_source,
        phase,
        from_date,
        until_date,
        is_published,
        left_out is null and is_published and until_date < from_date as is_early,
        case when left_out is null then greatest(until_date - from_date, 0) end as days_to_publication,
        left_out
    from timed
)

select * from final
order by snapshot_id, clock, nct_id
