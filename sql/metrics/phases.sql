-- one row per snapshot and phase
-- paper: section 3.1, Table 4
-- numerator: trials of the cohort in the phase
-- denominator: trials of the cohort
-- why: how far the field has come; 'not applicable' and unstated are values of their own
-- phase_order: place of the phase from early to late
-- trials: trials in that phase
-- percentage: of the cohort's trials
select
    trials.snapshot_id,
    phases.phase_order,
    trials.phase,
    count(*) as trials,
    100.0 * count(*) / sum(count(*)) over (partition by trials.snapshot_id) as percentage
from core.trials
left join meta.phases using (phase)
where trials.is_in_cohort
group by trials.snapshot_id, phases.phase_order, trials.phase
order by trials.snapshot_id, phases.phase_order nulls last
