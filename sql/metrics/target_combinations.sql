-- one row per snapshot, disease group, valency and combination of targets
-- paper: section 4.1.2: CD19/CD20, CD19/CD22, BCMA/CD38 and others
-- numerator: treatment trials of the cohort that study the group and bind exactly these antigens
-- denominator: treatment trials of the group with more than one antigen
-- why: which antigens are attacked together; a panel, one antigen for each patient, is told apart by its valency
-- key: disease_group, target_valency, combination
-- among: treatment
-- facets: disease_groups = {disease_group} and target_valency = {target_valency}
--   and target_combination = {combination}
-- counts: trials, as share of group_trials
-- combination: the antigens in alphabetical order, joined by +
-- target_count: number of antigens
-- trials: trials of the combination
-- group_trials: trials of the group with more than one antigen
-- percentage: of those trials
-- combination_rank: by trials within the group; ties share the better rank and leave a gap
with cohort as (
    select * from core.trials
    where
        is_in_cohort
        and topic = 'treatment'
),

combined as (
    select
        snapshot_id,
        nct_id,
        string_agg(target, ' + ' order by target) as combination,
        count(*) as target_count
    from core.trial_targets
    group by snapshot_id, nct_id
),

counted as (
    select
        cohort.snapshot_id,
        coalesce(groups.disease_group, 'unstated') as disease_group,
        coalesce(cohort.target_valency, 'unstated') as target_valency,
        combined.combination,
        combined.target_count,
        count(*) as trials
    from cohort
    inner join combined using (snapshot_id, nct_id)
    left join core.trial_disease_groups as groups using (snapshot_id, nct_id)
    where combined.target_count > 1
    group by all
),

final as (
    select
        *,
        sum(trials) over (partition by snapshot_id, disease_group)::bigint as group_trials,
        100.0 * trials / sum(trials) over (partition by snapshot_id, disease_group) as percentage,
        rank() over (partition by snapshot_id, disease_group order by trials desc) as combination_rank
    from counted
)

select * from final
order by snapshot_id, disease_group, combination_rank, combination, target_valency
