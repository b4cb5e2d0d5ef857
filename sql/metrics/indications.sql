-- one row per snapshot, disease group and disease
-- paper: Figures 3 and 4, section 3.3
-- numerator: treatment trials of the cohort that study the disease
-- denominator: treatment trials of the cohort that study its group; each disease of a trial counts
-- why: which diseases the field turns to, from leukemia to lupus
-- key: disease_group, disease
-- among: treatment
-- facets: disease_groups = {disease_group} and diseases = {disease}
-- counts: trials, as share of group_trials
-- trials: trials that study the disease
-- group_trials: trials that study the group
-- percentage: of the group's trials
-- disease: code of a disease that the trial studies, unstated where the record names none
-- disease_rank: by trials within the group; ties share the better rank and leave a gap; null for unstated
with cohort as (
    select * from core.trials
    where
        is_in_cohort
        and topic = 'treatment'
),

groups as (
    -- a code stands in several rows of the vocabulary, always under one group
    select
        value as disease,
        min("group") as disease_group
    from meta.diseases
    group by value
),

studied as (
    select
        cohort.snapshot_id,
        diseases.disease,
        coalesce(groups.disease_group, 'unstated') as disease_group
    from cohort
    inner join core.trial_diseases as diseases using (snapshot_id, nct_id)
    left join groups using (disease)
    union all
    -- a trial that names no disease may still tell its groups
    select
        cohort.snapshot_id,
        'unstated' as disease,
        coalesce(disease_groups.disease_group, 'unstated') as disease_group
    from cohort
    left join core.trial_disease_groups as disease_groups using (snapshot_id, nct_id)
    anti join core.trial_diseases as diseases
        on cohort.snapshot_id = diseases.snapshot_id
        and cohort.nct_id = diseases.nct_id
),

counted as (
    select
        snapshot_id,
        disease_group,
        disease,
        count(*) as trials
    from studied
    group by snapshot_id, disease_group, disease
),

final as (
    select
        counted.snapshot_id,
        counted.disease_group,
        counted.disease,
        counted.trials,
        coalesce(populations.trials, 0) as group_trials,
        100.0 * counted.trials / populations.trials as percentage,
        case
            when counted.disease <> 'unstated'
                then rank() over (
                    partition by counted.snapshot_id, counted.disease_group, counted.disease = 'unstated'
                    order by counted.trials desc
                )
        end as disease_rank
    from counted
    left join metrics.populations
        on counted.snapshot_id = populations.snapshot_id
        and counted.disease_group = populations.population
)

select * from final
order by snapshot_id, disease_group, disease_rank nulls last, disease
