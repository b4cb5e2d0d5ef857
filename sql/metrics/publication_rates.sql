-- one row per snapshot, dimension and value
-- paper: section 4.4: 288 of 1,580 published, 111 of 780 in China, 211 hematologic, 62 of 358 solid, 6 of 40 autoimmune
-- numerator: trials of the cohort with published results
-- denominator: trials of the cohort whose publications were looked for
-- why: results that stay unpublished teach nobody; not looked for gives no number
-- key: dimension, value
-- among: cohort (treatment when dimension is disease group)
-- facets: {dimension} = {value}
-- counts: published_trials where publication = published, as share of looked_for_trials
-- links: trials
-- links: other_kind_trials where publication = found, of another kind
-- links: none_found_trials where publication = looked for, none found
-- dimension: all, region, disease group, phase or status; disease groups count treatment trials only, as the paper does
-- value: value of the dimension
-- trials: trials of the cohort
-- looked_for_trials: those whose publications were looked for
-- published_trials: those with published results; null where none was looked for
-- published_percentage: of the trials looked for
-- other_kind_trials: those with publications of other kinds alone; metrics.publication_kinds says which
-- none_found_trials: those with none; the rest of the trials was not looked for
-- publications: looked for, partly looked for, or not looked for
with cohort as (
    select
        trials.*,
        status.is_looked_for,
        status.publication_status
    from core.trials
    inner join core.trial_publication_status as status using (snapshot_id, nct_id)
    where trials.is_in_cohort
),

dimensions as (
    select
        snapshot_id,
        is_looked_for,
        publication_status,
        unnest(['all', 'region', 'phase', 'status']) as dimension,
        unnest(['all', region, phase, status]) as value
    from cohort
    union all
    select
        cohort.snapshot_id,
        cohort.is_looked_for,
        cohort.publication_status,
        'disease group' as dimension,
        coalesce(groups.disease_group, 'unstated') as value
    from cohort
    left join core.trial_disease_groups as groups using (snapshot_id, nct_id)
    where cohort.topic = 'treatment'
),

final as (
    select
        snapshot_id,
        dimension,
        value,
        count(*) as trials,
        count(*) filter (where is_looked_for) as looked_for_trials,
        case when bool_or(is_looked_for) then count(*) filter (where publication_status = 'published') end
            as published_trials,
        100.0 * count(*) filter (where publication_status = 'published')
        / nullif(count(*) filter (where is_looked_for), 0) as published_percentage,
        case when bool_or(is_looked_for) then count(*) filter (where publication_status = 'found, of another kind') end
            as other_kind_trials,
        case when bool_or(is_looked_for) then count(*) filter (where publication_status = 'looked for, none found') end
            as none_found_trials,
        case
            when bool_and(is_looked_for) then 'looked for'
            when bool_or(is_looked_for) then 'partly looked for'
            else 'not looked for'
        end as publications
    from dimensions
    group by snapshot_id, dimension, value
)

select * from final
order by snapshot_id asc, dimension asc, trials desc, value asc
