-- one row per snapshot and population
-- paper: section 3, 1,580 trials, 1,457 of treatment, 1,042 hematologic, 358 solid, 40 autoimmune
-- numerator: trials of the cohort, those of treatment, and those of treatment that study each disease group
-- denominator: none; a basket trial is in several groups, so groups may exceed the trials of treatment
-- why: every denominator of the paper by its name
-- population: cohort, treatment, or a disease group, whose trials are those of treatment
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
