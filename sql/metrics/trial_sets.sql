-- one row per snapshot and set of trials that the paper counts
-- paper: sections 3.1, 3.3, 4.1, 4.2 and 5
-- numerator: trials of the population that a rule of curation/trial_sets.tsv puts into the set
-- denominator: trials of the population
-- why: the counts that the paper states in passing, each with its rule; core.trial_set_members lists the trials
-- key: trial_set
-- among: {population}
-- facets: trial_set = {trial_set}
-- counts: trials, as share of population_trials
-- population: cohort, treatment, or a disease group, whose trials are those of treatment
-- trials: trials of the set
-- population_trials: trials of the population
-- percentage: of the population's trials
with cohort as (
    select * from core.trials
    where is_in_cohort
),

sets as (
    select distinct
        trial_set,
        population
    from meta.trial_sets
),

counted as (
    select
        cohort.snapshot_id,
        members.trial_set,
        count(*) as trials
    from cohort
    inner join core.trial_set_members as members using (snapshot_id, nct_id)
    inner join sets using (trial_set)
    left join core.trial_disease_groups as disease_groups
        on cohort.snapshot_id = disease_groups.snapshot_id
        and cohort.nct_id = disease_groups.nct_id
        and sets.population = disease_groups.disease_group
    where
        sets.population = 'cohort'
        or (cohort.topic = 'treatment' and sets.population = 'treatment')
        or (cohort.topic = 'treatment' and disease_groups.nct_id is not null)
    group by cohort.snapshot_id, members.trial_set
),

final as (
    select
        snapshots.snapshot_id,
        sets.trial_set,
        sets.population,
        coalesce(counted.trials, 0) as trials,
        coalesce(populations.trials, 0) as population_trials,
        100.0 * coalesce(counted.trials, 0) / nullif(populations.trials, 0) as percentage
    from raw.snapshots
    cross join sets
    left join counted using (snapshot_id, trial_set)
    left join metrics.populations using (snapshot_id, population)
)

select * from final
order by snapshot_id, trial_set
