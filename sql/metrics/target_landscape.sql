-- one row per snapshot, target, disease and phase
-- paper: Figure 4
-- numerator: treatment trials of the cohort with the target, the disease and the phase
-- denominator: none; a trial counts once for each pair of its targets and diseases
-- why: which antigen is tried where, and how far it has come
-- key: target, disease, phase
-- among: treatment
-- facets: targets = {target} and diseases = {disease} and phase = {phase}
-- counts: trials
-- disease: code of a disease that the trial studies, unstated where the record names none
-- phase_order: place of the phase from early to late
-- trials: trials of the three together
with cohort as (
    select * from core.trials
    where
        is_in_cohort
        and topic = 'treatment'
),

final as (
    select
        cohort.snapshot_id,
        coalesce(targets.target, 'unstated') as target,
        coalesce(diseases.disease, 'unstated') as disease,
        min(cohort.phase_order) as phase_order,
        cohort.phase,
        count(*) as trials
    from cohort
    left join core.trial_targets as targets using (snapshot_id, nct_id)
    left join core.trial_diseases as diseases using (snapshot_id, nct_id)
    group by
        cohort.snapshot_id, coalesce(targets.target, 'unstated'), coalesce(diseases.disease, 'unstated'), cohort.phase
)

select * from final
order by snapshot_id, target, disease, phase_order nulls last
