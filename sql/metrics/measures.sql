-- one row per snapshot, metric and category
-- paper: every count of it that a query answers
-- numerator: the metric's count of the category
-- denominator: the whole that the count is a share of, null where it is none
-- why: all counts in one shape: paper_comparison reads it, and metrics.share_intervals puts an interval on every share
-- metric: the model that counted
-- category: the values that the count is for, joined by |
-- quantity: trials, antigens or records; null where publications were not looked for
-- whole: denominator of the count, null where it is no share
with counted as (
    select
        snapshot_id,
        'cohort_size' as metric,
        'all' as category,
        trials as quantity,
        null::bigint as whole
    from metrics.cohort_size
    union all
    select
        snapshot_id,
        'populations' as metric,
        population as category,
        trials as quantity,
        null::bigint as whole
    from metrics.populations
    union all
    select
        snapshot_id,
        'screening_flow' as metric,
        concat_ws(' | ', step, reason) as category,
        records as quantity,
        null::bigint as whole
    from metrics.screening_flow
    union all
    select
        snapshot_id,
        'registrations_by_year' as metric,
        coalesce(registration_year::varchar, 'undated') as category,
        registrations_by_year.trials as quantity,
        cohort_size.trials as whole
    from metrics.registrations_by_year
    inner join metrics.cohort_size using (snapshot_id)
    union all
    select
        snapshot_id,
        'registrations_by_region' as metric,
        concat_ws(' | ', coalesce(registration_year::varchar, 'undated'), region) as category,
        registrations_by_region.trials as quantity,
        cohort_size.trials as whole
    from metrics.registrations_by_region
    inner join metrics.cohort_size using (snapshot_id)
    union all
    select
        snapshot_id,
        'registrations_by_disease_group' as metric,
        concat_ws(' | ', coalesce(registration_year::varchar, 'undated'), disease_group) as category,
        registrations_by_disease_group.trials as quantity,
        cohort_size.trials as whole
    from metrics.registrations_by_disease_group
    inner join metrics.cohort_size using (snapshot_id)
    union all
    select
        snapshot_id,
        'topics' as metric,
        topic as category,
        topics.trials as quantity,
        cohort_size.trials as whole
    from metrics.topics
    inner join metrics.cohort_size using (snapshot_id)
    union all
    select
        snapshot_id,
        'phases' as metric,
        phase as category,
        phases.trials as quantity,
        cohort_size.trials as whole
    from metrics.phases
    inner join metrics.cohort_size using (snapshot_id)
    union all
    select
        snapshot_id,
        'statuses' as metric,
        status as category,
        statuses.trials as quantity,
        cohort_size.trials as whole
    from metrics.statuses
    inner join metrics.cohort_size using (snapshot_id)
    union all
    select
        snapshot_id,
        'countries' as metric,
        country as category,
        countries.trials as quantity,
        cohort_size.trials as whole
    from metrics.countries
    inner join metrics.cohort_size using (snapshot_id)
    union all
    select
        snapshot_id,
        'funding_by_region' as metric,
        concat_ws(' | ', region, funding_source) as category,
        trials as quantity,
        (sum(trials) over (partition by snapshot_id, region))::bigint as whole
    from metrics.funding_by_region
    union all
    select
        snapshot_id,
        'sponsor_ranking' as metric,
        sponsor_name || ' | individual' as category,
        individual_trials as quantity,
        trials as whole
    from metrics.sponsor_ranking
    union all
    select
        snapshot_id,
        'sponsor_ranking' as metric,
        sponsor_name || ' | cooperative' as category,
        cooperative_trials as quantity,
        trials as whole
    from metrics.sponsor_ranking
    union all
    select
        snapshot_id,
        'sponsor_ranking' as metric,
        sponsor_name || ' | total' as category,
        sponsor_ranking.trials as quantity,
        cohort_size.trials as whole
    from metrics.sponsor_ranking
    inner join metrics.cohort_size using (snapshot_id)
    union all
    select
        snapshot_id,
        'indications' as metric,
        concat_ws(' | ', disease_group, disease) as category,
        trials as quantity,
        group_trials as whole
    from metrics.indications
    union all
    select
        snapshot_id,
        'organ_groups' as metric,
        concat_ws(' | ', disease_group, organ_group) as category,
        trials as quantity,
        group_trials as whole
    from metrics.organ_groups
    union all
    select
        snapshot_id,
        'targets_by_disease_group' as metric,
        concat_ws(' | ', disease_group, target) as category,
        trials as quantity,
        group_trials as whole
    from metrics.targets_by_disease_group
    union all
    select
        snapshot_id,
        'target_overlap' as metric,
        concat_ws(' | ', disease_group, other_disease_group) as category,
        targets as quantity,
        null::bigint as whole
    from metrics.target_overlap
    union all
    select
        snapshot_id,
        'target_valency' as metric,
        concat_ws(' | ', disease_group, target_valency) as category,
        trials as quantity,
        group_trials as whole
    from metrics.target_valency
    union all
    select
        snapshot_id,
        'target_combinations' as metric,
        concat_ws(' | ', disease_group, target_valency, combination) as category,
        trials as quantity,
        group_trials as whole
    from metrics.target_combinations
    union all
    select
        snapshot_id,
        'constructs' as metric,
        concat_ws(' | ', attribute, value) as category,
        trials as quantity,
        treatment_trials as whole
    from metrics.constructs
    union all
    select
        snapshot_id,
        'combinations' as metric,
        value as category,
        trials as quantity,
        cohort_trials as whole
    from metrics.combinations
    union all
    select
        snapshot_id,
        'follow_up' as metric,
        value as category,
        trials as quantity,
        cohort_trials as whole
    from metrics.follow_up
    union all
    select
        snapshot_id,
        'relapse_strategies' as metric,
        strategy as category,
        trials as quantity,
        treatment_trials as whole
    from metrics.relapse_strategies
    union all
    select
        snapshot_id,
        'trial_sets' as metric,
        trial_set as category,
        trials as quantity,
        population_trials as whole
    from metrics.trial_sets
    union all
    select
        snapshot_id,
        'completeness' as metric,
        attribute as category,
        stated_trials as quantity,
        trials as whole
    from metrics.completeness
    union all
    select
        snapshot_id,
        'flagged_records' as metric,
        flag as category,
        flagged_records.trials as quantity,
        cohort_size.trials as whole
    from metrics.flagged_records
    inner join metrics.cohort_size using (snapshot_id)
    union all
    select
        snapshot_id,
        'growth' as metric,
        concat_ws(' | ', growth_window, dimension, value, 'base') as category,
        base_trials as quantity,
        null::bigint as whole
    from metrics.growth
    union all
    select
        snapshot_id,
        'growth' as metric,
        concat_ws(' | ', growth_window, dimension, value, 'later') as category,
        later_trials as quantity,
        null::bigint as whole
    from metrics.growth
    union all
    select
        snapshot_id,
        'growth' as metric,
        concat_ws(' | ', growth_window, dimension, value, 'change') as category,
        later_trials - base_trials as quantity,
        null::bigint as whole
    from metrics.growth
    union all
    select
        snapshot_id,
        'publication_rates' as metric,
        concat_ws(' | ', dimension, value) as category,
        published_trials as quantity,
        looked_for_trials as whole
    from metrics.publication_rates
    union all
    select
        snapshot_id,
        'finished_trials' as metric,
        concat_ws(' | ', variable, level) as category,
        finished_trials as quantity,
        null::bigint as whole
    from metrics.finished_trials_comparison
    union all
    select
        snapshot_id,
        'published_finished_trials' as metric,
        concat_ws(' | ', variable, level) as category,
        published_trials as quantity,
        (sum(published_trials) over (partition by snapshot_id, variable))::bigint as whole
    from metrics.finished_trials_comparison
    union all
    select
        snapshot_id,
        'unpublished_finished_trials' as metric,
        concat_ws(' | ', variable, level) as category,
        unpublished_trials as quantity,
        (sum(unpublished_trials) over (partition by snapshot_id, variable))::bigint as whole
    from metrics.finished_trials_comparison
),

final as (
    select
        snapshot_id,
        metric,
        category,
        quantity::bigint as quantity,
        whole::bigint as whole
    from counted
)

select * from final
order by snapshot_id, metric, category
