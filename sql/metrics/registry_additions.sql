-- one row per snapshot, registry, dimension and category
-- numerator: trials of the cohort that are registered in no other registry of the sources
-- denominator: trials of the cohort in the category that are registered there
-- why: where, against which antigens and in which years a landscape of one registry misses trials
-- key: registry, dimension, category
-- registry: the registry
-- dimension: country, target or registration year
-- category: the country, antigen or year
-- trials: trials of the cohort in the category that are registered there
-- trials_only_here: of those, trials that no other registry holds
with cohort as (
    select * from core.trials
    where is_in_cohort
),

registered as (
    select distinct
        snapshot_id,
        trial_nct_id as nct_id,
        registry
    from core.registrations
),

counted as (
    select
        *,
        count(*) over (partition by snapshot_id, nct_id) as registries
    from registered
),

categories as (
    select
        snapshot_id,
        nct_id,
        'country' as dimension,
        country as category
    from core.trial_sites
    union
    select
        snapshot_id,
        nct_id,
        'target' as dimension,
        target as category
    from core.trial_targets
    union
    select
        snapshot_id,
        nct_id,
        'registration year' as dimension,
        registration_year::varchar as category
    from cohort
    where registration_year is not null
),

final as (
    select
        counted.snapshot_id,
        counted.registry,
        categories.dimension,
        categories.category,
        count(*) as trials,
        count(*) filter (where counted.registries = 1) as trials_only_here
    from counted
    inner join cohort using (snapshot_id, nct_id)
    inner join categories using (snapshot_id, nct_id)
    group by all
)

select * from final
order by snapshot_id asc, registry asc, dimension asc, trials_only_here desc, trials desc, category asc
