-- one row per snapshot, rule, dimension and value
-- paper: none; section 4.4 counts journal papers of finished trials, whenever they ended
-- numerator: trials of the cohort whose results were submitted, by whether they were in time
-- denominator: trials of the cohort whose results were due by the last day observed
-- why: who owes results to the people who took part, by law and by good practice
-- key: rule, dimension, value
-- among: cohort
-- facets: {dimension} = {value}
-- counts: in_time_trials (in time) where results_due = {rule}: in time, as share of due_trials
-- counts: late_trials (late) where results_due = {rule}: late, as share of due_trials
-- counts: overdue_trials (overdue) where results_due = {rule}: overdue, as share of due_trials
-- needs: statusModule.primaryCompletionDateStruct.date or statusModule.completionDateStruct.date
-- needs: hasResults
-- needs: oversightModule.isFdaRegulatedDrug where rule is law
-- needs: designModule.studyType where rule is law
-- rule: law for FDAAA 801 as docs/results-due.md reads it, or any for every trial that ended
-- dimension: all, lead party (lead sponsor, under the name that the gazetteer counts it by) or funding source
-- value: value of the dimension
-- trials: trials to which the rule applies
-- unclear_trials: trials to which it may apply; the record does not say what the rule asks, and they count nowhere else
-- not_yet_due_trials: trials not due yet, results or none
-- due_trials: trials due by the last day observed
-- in_time_trials: due and submitted in time
-- late_trials: due and submitted late
-- being_posted_trials: due within the days that the registry takes to post what was submitted
-- overdue_trials: due and not submitted
-- unknown_trials: trials of which the source does not say whether results were posted
-- reported_percentage: in time or late, of the due
-- median_days_late: of the late and the overdue, so far
with due as (
    select
        due.*,
        trials.funding_source,
        coalesce(parties.party, 'unstated') as lead_party
    from core.trial_results_due as due
    inner join core.trials using (snapshot_id, nct_id)
    left join core.trial_parties as parties
        on
        due.snapshot_id = parties.snapshot_id
        and due.nct_id = parties.nct_id
        and parties.is_lead
    where trials.is_in_cohort
),

dimensions as (
    select
        *,
        unnest(['all', 'lead party', 'funding source']) as dimension,
        unnest(['all', lead_party, funding_source]) as value
    from due
),

counted as (
    select
        snapshot_id,
        rule,
        dimension,
        value,
        count(*) filter (where applies = 'yes') as trials,
        count(*) filter (where applies = 'unknown') as unclear_trials,
        count(*) filter (where applies = 'yes' and outcome in ('not yet due', 'reported before due'))
            as not_yet_due_trials,
        count(*) filter (where applies = 'yes' and outcome in ('in time', 'late', 'being posted', 'overdue'))
            as due_trials,
        count(*) filter (where applies = 'yes' and outcome = 'in time') as in_time_trials,
        count(*) filter (where applies = 'yes' and outcome = 'late') as late_trials,
        count(*) filter (where applies = 'yes' and outcome = 'being posted') as being_posted_trials,
        count(*) filter (where applies = 'yes' and outcome = 'overdue') as overdue_trials,
        count(*) filter (where applies = 'yes' and outcome = 'unknown') as unknown_trials,
        median(days_late) filter (where applies = 'yes') as median_days_late
    from dimensions
    group by snapshot_id, rule, dimension, value
),

final as (
    select
        * exclude (median_days_late),
        100.0 * (in_time_trials + late_trials) / nullif(due_trials, 0) as reported_percentage,
        median_days_late
    from counted
)

select * from final
order by snapshot_id asc, rule asc, dimension asc, due_trials desc, value asc
