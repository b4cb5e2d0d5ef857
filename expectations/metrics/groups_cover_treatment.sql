-- must hold: valencies of a group sum to the group, and groups together are no fewer than the treatment trials
-- severity: critical
with groups as (
    select
        snapshot_id,
        disease_group,
        sum(trials) as trials
    from metrics.target_valency
    group by snapshot_id, disease_group
),

uneven as (
    select
        groups.snapshot_id,
        groups.disease_group,
        groups.trials,
        populations.trials as expected_trials
    from groups
    inner join metrics.populations
        on groups.snapshot_id = populations.snapshot_id
        and groups.disease_group = populations.population
    where groups.trials <> populations.trials
),

uncovered as (
    select
        cohort_size.snapshot_id,
        'all' as disease_group,
        coalesce(sum(groups.trials), 0) as trials,
        any_value(cohort_size.treatment_trials) as expected_trials
    from metrics.cohort_size
    left join groups using (snapshot_id)
    group by cohort_size.snapshot_id
    having coalesce(sum(groups.trials), 0) < any_value(cohort_size.treatment_trials)
)

select * from uneven
union all
select * from uncovered
