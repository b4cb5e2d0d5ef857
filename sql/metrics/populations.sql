-- one row per snapshot and population
-- paper: section 3, 1,580 trials, 1,457 of treatment, 1,042 hematologic, 358 solid, 40 autoimmune
-- numerator: trials of the cohort, those of treatment, those finished, and those of treatment that study each group
-- denominator: none; a basket trial is in several groups, so groups may exceed the trials of treatment
-- why: every denominator of the paper by its name
-- key: population
-- among: {population}
-- counts: trials
-- population: cohort, treatment, finished, or a disease group, whose trials are those of treatment
-- trials: trials in it
with cohort as (
    select * from core.trials
    where is_in_cohort
),

final as (
    select
        snapshot_id,
        'cohort' as population,
        trials
    from metrics.cohort_size
    union all
    select
        snapshot_id,
        'treatment' as population,
        treatment_trials as trials
    from metrics.cohort_size
    union all
    select
        cohort_size.snapshot_id,
        'finished' as population,
        count(cohort.nct_id) as trials
    from metrics.cohort_size
    left join cohort
        on cohort_size.snapshot_id = cohort.snapshot_id
        and cohort.is_finished
    group by cohort_size.snapshot_id
    union all
    select
        cohort.snapshot_id,
        coalesce(disease_groups.disease_group, 'unstated') as population,
        count(*) as trials
    from cohort
    left join core.trial_disease_groups as disease_groups using (snapshot_id, nct_id)
    where cohort.topic = 'treatment'
    group by cohort.snapshot_id, coalesce(disease_groups.disease_group, 'unstated')
)

select * from final
order by snapshot_id asc, trials desc, population asc
