-- one row per snapshot, disease group and target
-- paper: Figure 3, section 3.3
-- numerator: treatment trials of the cohort that study the group with a CAR against the target
-- denominator: treatment trials of the cohort that study the group
-- why: each target of a multi-target trial counts, so shares of a group may exceed 100%
-- key: disease_group, target
-- among: treatment
-- facets: disease_groups = {disease_group} and targets = {target}
-- counts: trials, as share of group_trials
-- target: antigen that the CAR binds; unstated where the record names none
-- trials: trials of the group with that target
-- group_trials: trials of the group
-- percentage: of the group's trials
-- target_rank: by trials within the group; ties share the better rank; null for unstated
with cohort as (
    select * from core.trials
    where
        is_in_cohort
        and topic = 'treatment'
),

grouped as (
    select
        cohort.snapshot_id,
        cohort.nct_id,
        coalesce(disease_groups.disease_group, 'unstated') as disease_group
    from cohort
    left join core.trial_disease_groups as disease_groups using (snapshot_id, nct_id)
),

group_sizes as (
    select
        snapshot_id,
        disease_group,
        count(*) as group_trials
    from grouped
    group by snapshot_id, disease_group
),

counted as (
    select
        grouped.snapshot_id,
        grouped.disease_group,
        coalesce(targets.target, 'unstated') as target,
        count(*) as trials
    from grouped
    left join core.trial_targets as targets using (snapshot_id, nct_id)
    group by grouped.snapshot_id, grouped.disease_group, coalesce(targets.target, 'unstated')
),

final as (
    select
        counted.snapshot_id,
        counted.disease_group,
        counted.target,
        counted.trials,
        group_sizes.group_trials,
        100.0 * counted.trials / group_sizes.group_trials as percentage,
        case
            when counted.target <> 'unstated'
                then rank() over (
                    partition by counted.snapshot_id, counted.disease_group, counted.target = 'unstated'
                    order by counted.trials desc
                )
        end as target_rank
    from counted
    inner join group_sizes using (snapshot_id, disease_group)
)

select * from final
order by snapshot_id asc, disease_group asc, trials desc, target asc
