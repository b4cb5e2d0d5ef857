-- one row per snapshot, disease group and valency
-- paper: sections 3.3 and 4.1.2: multi-target 20.15% of hematologic, 17.60% of solid trials
-- numerator: treatment trials of the cohort that study the group, by how their antigens belong together
-- denominator: treatment trials of the cohort that study the group
-- why: two antigens in one product differ from a panel that gives each patient one
-- key: disease_group, target_valency
-- among: {disease_group}
-- facets: target_valency = {target_valency}
-- counts: trials, each trial once per disease_group, as share of group_trials
-- trials: trials of that valency
-- group_trials: trials of the group
-- percentage: of the group's trials
with cohort as (
    select * from core.trials
    where
        is_in_cohort
        and topic = 'treatment'
),

counted as (
    select
        cohort.snapshot_id,
        coalesce(groups.disease_group, 'unstated') as disease_group,
        coalesce(cohort.target_valency, 'unstated') as target_valency,
        count(*) as trials
    from cohort
    left join core.trial_disease_groups as groups using (snapshot_id, nct_id)
    group by all
),

final as (
    select
        *,
        sum(trials) over (partition by snapshot_id, disease_group)::bigint as group_trials,
        100.0 * trials / sum(trials) over (partition by snapshot_id, disease_group) as percentage
    from counted
)

select * from final
order by snapshot_id asc, disease_group asc, trials desc, target_valency asc
