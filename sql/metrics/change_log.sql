-- one row per snapshot, trial and change since the snapshot before it in its series
-- paper: none
-- numerator: trials of the cohort now or before whose registration changed in what people ask about
-- denominator: none
-- why: what happened since last time, to read in a minute; the registry's daily stamps are no change
-- key: nct_id, change
-- change_order: most telling first: new, results, status, phase, completion moved, participants
-- change: kind of the change
-- sentence: the change in words
with snapshots as (
    select
        snapshot_id,
        lag(snapshot_id) over (partition by series order by order_number) as previous_snapshot_id
    from raw.snapshots
),

trials as (
    select
        *,
        coalesce(brief_title, nct_id) as title
    from core.trials
),

pairs as (
    select
        snapshots.snapshot_id,
        trials.nct_id,
        trials.title,
        trials.lead_sponsor_name,
        previous.nct_id is null as is_new,
        coalesce(trials.has_results and not coalesce(previous.has_results, false), false) as has_new_results,
        previous.status as old_status,
        trials.status as new_status,
        previous.phase as old_phase,
        trials.phase as new_phase,
        previous.primary_completion_date as old_completion_date,
        trials.primary_completion_date as new_completion_date,
        previous.enrollment_count as old_enrollment,
        trials.enrollment_count as new_enrollment
    from snapshots
    inner join trials
        on snapshots.snapshot_id = trials.snapshot_id
    left join trials as previous
        on snapshots.previous_snapshot_id = previous.snapshot_id and trials.nct_id = previous.nct_id
    where
        snapshots.previous_snapshot_id is not null
        and (trials.is_in_cohort or coalesce(previous.is_in_cohort, false))
),

judged as (
    select
        snapshot_id,
        nct_id,
        title,
        unnest([
            {
                'change_order': 1, 'change': 'new', 'holds': is_new,
                'words': 'registered by ' || coalesce(lead_sponsor_name, 'a sponsor that is not named')
            },
            {
                'change_order': 2, 'change': 'results', 'holds': not is_new and has_new_results,
                'words': 'results posted'
            },
            {
                'change_order': 3, 'change': 'status', 'holds': not is_new and old_status <> new_status,
                'words': old_status || ' became ' || new_status
            },
            {
                'change_order': 4, 'change': 'phase', 'holds': not is_new and old_phase <> new_phase,
                'words': old_phase || ' became ' || new_phase
            },
            {
                'change_order': 5, 'change': 'completion', 'holds': old_completion_date <> new_completion_date,
                'words': 'primary completion moved from ' || old_completion_date || ' to ' || new_completion_date
            },
            {
                'change_order': 6, 'change': 'participants', 'holds': old_enrollment <> new_enrollment,
                'words': old_enrollment || ' participants became ' || new_enrollment
            }
        ]) as judgement
    from pairs
),

final as (
    select
        snapshot_id,
        judgement.change_order as change_order,
        judgement.change as change,
        nct_id,
        title || ': ' || judgement.words as sentence
    from judged
    where judgement.holds
)

select * from final
order by snapshot_id, change_order, nct_id
