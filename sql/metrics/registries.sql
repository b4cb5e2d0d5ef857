-- one row per snapshot and registry
-- numerator: trials of the cohort that are registered there
-- denominator: trials of the cohort; a trial counts in each of its registries
-- why: what each registry adds to the others, and whether trials are registered there before they begin
-- key: registry
-- registry: the registry
-- registrations: registrations that the sources held
-- found: registrations that a search of the paper's phrases found
-- merged: of those, registrations of a trial of which another registration speaks
-- trials: trials of the cohort that are registered there
-- percentage: of the cohort's trials
-- trials_only_here: of those, trials that no other registry of the sources holds
-- prospective: of those, registered there on the day of the start or before
-- within_grace: of the others, registered there within the days of grace, registration_grace_days of landscape.toml
-- retrospective: of the others, registered there later still; of the rest it is unknown
with registrations as (
    select * from core.registrations
),

cohort as (
    select
        snapshot_id,
        nct_id as trial_nct_id
    from core.trials
    where is_in_cohort
),

held as (
    select
        snapshot_id,
        registry,
        count(*) as registrations,
        count(*) filter (where is_found_by_paper_search) as found,
        count(*) filter (where is_found_by_paper_search and not is_primary) as merged
    from registrations
    group by snapshot_id, registry
),

-- a registry holds a trial once, however many countries or submissions register it there
registered as (
    select
        snapshot_id,
        trial_nct_id,
        registry,
        bool_or(registration_timing = 'prospective') as is_prospective,
        bool_or(starts_with(registration_timing, 'within')) as is_within_grace,
        bool_or(registration_timing = 'after') as is_retrospective
    from registrations
    inner join cohort using (snapshot_id, trial_nct_id)
    group by snapshot_id, trial_nct_id, registry
),

counted as (
    select
        *,
        count(*) over (partition by snapshot_id, trial_nct_id) as registries
    from registered
),

of_the_cohort as (
    select
        snapshot_id,
        registry,
        count(*) as trials,
        count(*) filter (where registries = 1) as trials_only_here,
        count(*) filter (where is_prospective) as prospective,
        count(*) filter (where is_within_grace and not is_prospective) as within_grace,
        count(*) filter (where is_retrospective and not is_prospective and not is_within_grace) as retrospective
    from counted
    group by snapshot_id, registry
),

final as (
    select
        held.snapshot_id,
        held.registry,
        held.registrations,
        held.found,
        held.merged,
        coalesce(of_the_cohort.trials, 0) as trials,
        100.0 * coalesce(of_the_cohort.trials, 0) / nullif(cohort_size.trials, 0) as percentage,
        coalesce(of_the_cohort.trials_only_here, 0) as trials_only_here,
        coalesce(of_the_cohort.prospective, 0) as prospective,
        coalesce(of_the_cohort.within_grace, 0) as within_grace,
        coalesce(of_the_cohort.retrospective, 0) as retrospective
    from held
    left join of_the_cohort using (snapshot_id, registry)
    left join metrics.cohort_size using (snapshot_id)
)

select * from final
order by snapshot_id asc, trials desc, registry asc
