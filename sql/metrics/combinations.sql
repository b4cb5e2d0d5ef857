-- one row per snapshot and value
-- paper: sections 4.1.3 and 4.1.4: 36 trials with checkpoint inhibitors
-- numerator: trials of the cohort whose record states the value; several values of a trial each count
-- denominator: trials of the cohort
-- why: what is tried to make the cells last; lymphodepletion, bridging and rescue are not combinations
-- key: value
-- among: cohort
-- counts: trials where combinations = {value}, as share of cohort_trials
-- links: cohort_trials
-- value: treatment given with the CAR-T cells: ICI, GSI, IMID, BTKI, HSCT, RT, VACCINE ...
-- trials: trials with that value
-- cohort_trials: trials of the cohort
-- percentage: of the cohort's trials
with cohort as (
    select * from core.trials
    where is_in_cohort
),

final as (
    select
        cohort.snapshot_id,
        labels.value,
        count(*) as trials,
        any_value(cohort_size.trials) as cohort_trials,
        100.0 * count(*) / any_value(cohort_size.trials) as percentage
    from cohort
    inner join core.labels using (snapshot_id, nct_id)
    inner join metrics.cohort_size using (snapshot_id)
    where labels.attribute = 'combinations'
    group by cohort.snapshot_id, labels.value
)

select * from final
order by snapshot_id asc, trials desc, value asc
