-- one row per snapshot, disease group and organ group
-- paper: section 3.3, Figure 3
-- numerator: treatment trials of the cohort that study a disease of the organ group
-- denominator: treatment trials of the cohort that study the disease group; each organ of a trial counts
-- why: where solid tumours are attacked; about a quarter of the trials name no single tumour
-- key: disease_group, organ_group
-- among: treatment
-- facets: disease_groups = {disease_group} and organ_groups = {organ_group}
-- counts: trials, as share of group_trials
-- trials: trials of the organ group
-- group_trials: trials of the disease group
-- percentage: of the disease group's trials
with cohort as (
    select * from core.trials
    where
        is_in_cohort
        and topic = 'treatment'
),

groups as (
    -- each organ group belongs to one disease group
    select
        organ_group,
        min("group") as disease_group
    from meta.diseases
    where organ_group is not null
    group by organ_group
),

counted as (
    select
        cohort.snapshot_id,
        coalesce(groups.disease_group, 'unstated') as disease_group,
        coalesce(organs.organ_group, 'unstated') as organ_group,
        count(*) as trials
    from cohort
    left join core.trial_organ_groups as organs using (snapshot_id, nct_id)
    left join groups
        on organs.organ_group = groups.organ_group
    group by all
),

final as (
    select
        counted.snapshot_id,
        counted.disease_group,
        counted.organ_group,
        counted.trials,
        coalesce(populations.trials, 0) as group_trials,
        100.0 * counted.trials / populations.trials as percentage
    from counted
    left join metrics.populations
        on counted.snapshot_id = populations.snapshot_id
        and counted.disease_group = populations.population
)

select * from final
order by snapshot_id asc, disease_group asc, trials desc, organ_group asc
