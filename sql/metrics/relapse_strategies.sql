-- one row per snapshot and strategy against relapse
-- paper: Table 3, which names the strategies without counts
-- numerator: treatment trials of the cohort that a rule of curation/relapse_strategies.tsv puts under the strategy
-- denominator: treatment trials of the cohort; a trial counts under each of its strategies
-- why: how much is tried against relapse; core.trial_relapse_strategies lists the trials with what shows it
-- key: strategy
-- among: treatment
-- counts: trials where relapse_strategy = {strategy}, as share of treatment_trials
-- links: treatment_trials
-- strategy_order: place in Table 3
-- mechanism: what the strategy works against
-- trials: trials of the strategy
-- treatment_trials: treatment trials of the cohort
-- percentage: of the treatment trials
-- nct_ids: NCT numbers of the trials in ascending order, joined by commas
with cohort as (
    select * from core.trials
    where
        is_in_cohort
        and topic = 'treatment'
),

strategies as (
    select distinct
        strategy_order,
        mechanism,
        strategy
    from meta.relapse_strategies
),

members as (
    select distinct
        cohort.snapshot_id,
        shown.strategy,
        cohort.nct_id
    from cohort
    inner join core.trial_relapse_strategies as shown using (snapshot_id, nct_id)
),

counted as (
    select
        snapshot_id,
        strategy,
        count(*) as trials,
        string_agg(nct_id, ', ' order by nct_id) as nct_ids
    from members
    group by snapshot_id, strategy
),

final as (
    select
        cohort_size.snapshot_id,
        strategies.strategy_order,
        strategies.mechanism,
        strategies.strategy,
        coalesce(counted.trials, 0) as trials,
        cohort_size.treatment_trials,
        100.0 * coalesce(counted.trials, 0) / nullif(cohort_size.treatment_trials, 0) as percentage,
        counted.nct_ids
    from metrics.cohort_size
    cross join strategies
    left join counted
        on cohort_size.snapshot_id = counted.snapshot_id
        and strategies.strategy = counted.strategy
)

select * from final
order by snapshot_id, strategy_order
