-- one row per snapshot and phase
-- paper: section 3.1, Table 4
-- numerator: trials of the cohort in the phase
-- denominator: trials of the cohort
-- why: how far the field has come; 'not applicable' and unstated are values of their own
-- key: phase
-- among: cohort
-- facets: phase = {phase}
-- counts: trials, each trial once, as share of cohort
-- needs: designModule.phases
-- figure: bars of phase
-- caption: Trials by phase.
-- phase_order: place of the phase from early to late
-- trials: trials in that phase
-- percentage: of the cohort's trials
select
    snapshot_id,
    min(phase_order) as phase_order,
    phase,
    count(*) as trials,
    100.0 * count(*) / sum(count(*)) over (partition by snapshot_id) as percentage
from core.trials
where is_in_cohort
group by snapshot_id, phase
order by snapshot_id, phase_order nulls last
