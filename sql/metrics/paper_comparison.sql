-- one row per snapshot and claim of the paper
-- paper: every number that a query can answer, from curation/paper_claims.tsv
-- numerator: our count, as the claim's row in curation/paper_claims.tsv says
-- denominator: our denominator where the claim is a share
-- why: what the paper says beside what the registry says, with the reason where they differ
-- key: claim_id
-- claim_id: numbers the claim
-- section: section or table of the paper
-- claim: what the paper says
-- unit: trials, %, antigens, records or year
-- printed: the number as the paper prints it
-- paper_value: the number to compare with
-- our_value: ours; null where it is not comparable
-- difference: ours less the paper's
-- comparability: comparable, or why not
-- why_they_differ: equal, or the paper contradicts itself, a definition differs, or the snapshot does
-- computation: how ours is computed
with claims as (
    select * from meta.paper_claims
),

snapshots as (
    select
        snapshots.snapshot_id,
        cohort_size.trials as cohort_trials,
        case
            when snapshots.is_synthetic then 'not comparable: synthetic sample'
            when $as_of::date is null then 'not comparable: no as-of date'
            when abs($as_of::date - $paper_as_of::date) > $comparable_days then 'not comparable: other as-of date'
            else 'comparable'
        end as comparability
    from raw.snapshots
    inner join metrics.cohort_size using (snapshot_id)
),

unknown as (
    select
        snapshot_id,
        metric
    from metrics.measures
    group by snapshot_id, metric
    having bool_or(quantity is null)
),

numerators as (
    select
        measures.snapshot_id,
        claims.claim_id,
        sum(measures.quantity)::bigint as quantity,
        min(try_cast(measures.category as integer)) filter (where measures.quantity > 0) as first_year
    from claims
    inner join metrics.measures
        on claims.metric = measures.metric
        and regexp_full_match(measures.category, claims.numerator)
    group by measures.snapshot_id, claims.claim_id
),

denominators as (
    select
        measures.snapshot_id,
        claims.claim_id,
        sum(measures.quantity)::bigint as quantity
    from claims
    inner join metrics.measures
        on claims.denominator_metric = measures.metric
        and regexp_full_match(measures.category, claims.denominator)
    group by measures.snapshot_id, claims.claim_id
),

joined as (
    select
        snapshots.*,
        claims.*,
        case
            when snapshots.comparability <> 'comparable' then snapshots.comparability
            when unknown.metric is not null then 'not comparable: publications were not looked for'
            else 'comparable'
        end as answer,
        case
            when claims.unit = 'year' then numerators.first_year
            when claims.denominator is null then coalesce(numerators.quantity, 0)
            else 100.0 * coalesce(numerators.quantity, 0) / nullif(denominators.quantity, 0)
        end as counted_value
    from snapshots
    cross join claims
    left join unknown
        on snapshots.snapshot_id = unknown.snapshot_id
        and claims.metric = unknown.metric
    left join numerators
        on snapshots.snapshot_id = numerators.snapshot_id
        and claims.claim_id = numerators.claim_id
    left join denominators
        on snapshots.snapshot_id = denominators.snapshot_id
        and claims.claim_id = denominators.claim_id
),

compared as (
    select
        *,
        case when answer = 'comparable' then counted_value::double end as our_value,
        -- a share is compared to the digits that the paper prints
        case when unit = '%' then length(split_part(printed, '.', 2)) else 0 end::integer as digits
    from joined
),

final as (
    select
        snapshot_id,
        claim_id,
        section,
        claim,
        unit,
        printed,
        value as paper_value,
        our_value,
        our_value - value as difference,
        answer as comparability,
        case
            when our_value is null then null
            when round(our_value, digits) = value then 'equal'
            else concat_ws(
                '; ',
                'the paper contradicts itself: ' || contradiction,
                'snapshot: ours holds ' || cohort_trials || ' trials',
                'definition: ' || definition
            )
        end as why_they_differ,
        computation
    from compared
)

select * from final
order by snapshot_id, claim_id
