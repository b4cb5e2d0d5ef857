-- one row per snapshot and claim of the paper
-- paper: every number that a query can answer, from curation/paper_claims.tsv
-- numerator: our count, as the claim's row in curation/paper_claims.tsv says
-- denominator: our denominator where the claim is a share
-- why: what the paper says beside what the registry says, with the reason where they differ
-- key: claim_id
-- claim_id: numbers the claim
-- section: section or table of the paper
-- claim: what the paper says
-- unit: trials, %, antigens, records, phrases, products, year, last year or P value
-- printed: the number as the paper prints it
-- paper_value: the number to compare with
-- operator: how the paper states it: =, <, > or ~ for about
-- our_value: ours; null where nothing like it was counted
-- value_by_paper_definition: what we count by the paper's definition, where that differs from ours and can be counted
-- our_low: lower end of Wilson's interval of our share
-- our_high: upper end of Wilson's interval of our share
-- difference: ours less the paper's
-- comparability: comparable, or why not
-- verdict: equal within rounding; holds as stated; inside our interval; the paper contradicts itself; differs by
--   definition; differs by snapshot, as only one of the paper's day and size can; not comparable; not looked for
-- why_they_differ: the contradiction or the definition, where the verdict is one of them
-- computation: how ours is computed
with claims as (
    -- P values are added with the statistics that they are of
    select * from meta.paper_claims
    where unit <> 'P value'
),

paper_size as (
    select max(value) as trials
    from claims
    where
        metric = 'cohort_size'
        and denominator is null
),

snapshots as (
    select
        snapshots.snapshot_id,
        cohort_size.trials as cohort_trials,
        paper_size.trials as paper_trials,
        100.0 * abs(cohort_size.trials - paper_size.trials) / paper_size.trials <= $comparable_size_percent
            as is_of_the_papers_size,
        case
            when snapshots.is_synthetic then 'not comparable: synthetic sample'
            when $as_of::date is null then 'not comparable: no as-of date'
            when abs($as_of::date - $paper_as_of::date) > $comparable_days then 'not comparable: other as-of date'
            else 'comparable'
        end as comparability
    from raw.snapshots
    inner join metrics.cohort_size using (snapshot_id)
    cross join paper_size
),

unknown as (
    select
        snapshot_id,
        metric
    from metrics.measures
    group by snapshot_id, metric
    having bool_or(quantity is null)
),

lacking as (
    select
        lacking.snapshot_id,
        named.metric,
        bool_or(needs.columns = [] and needs.place is null) as is_whole,
        bool_or(needs.columns <> []) as is_of_columns
    from metrics.not_in_source as lacking
    inner join meta.needs as needs using (metric, need)
    cross join unnest(needs.measures) as named (metric)
    where not lacking.is_in_source
    group by lacking.snapshot_id, named.metric
),

-- the categories that each part of a claim sums
parts as (
    select
        claim_id,
        'numerator' as part,
        metric,
        numerator as pattern
    from claims
    union all
    select
        claim_id,
        'denominator' as part,
        denominator_metric as metric,
        denominator as pattern
    from claims
    union all
    select
        claim_id,
        'by the paper''s definition' as part,
        metric,
        definition_numerator as pattern
    from claims
),

-- a category of several snapshots is compared with a pattern once, before the joins and not in each
counted as (
    select distinct
        metric,
        category
    from metrics.measures
),

patterns as (
    select distinct
        metric,
        pattern
    from parts
),

categories as materialized (
    select
        counted.metric,
        counted.category,
        patterns.pattern
    from counted
    inner join patterns
        on
        counted.metric = patterns.metric
        and regexp_full_match(counted.category, patterns.pattern)
),

matched as (
    select
        measures.snapshot_id,
        categories.metric,
        categories.pattern,
        sum(measures.quantity)::bigint as quantity,
        bool_or(measures.quantity is null) as is_unknown,
        min(try_cast(measures.category as integer)) filter (where measures.quantity > 0) as first_year,
        max(try_cast(measures.category as integer)) filter (where measures.quantity > 0) as last_year
    from categories
    inner join metrics.measures using (metric, category)
    group by measures.snapshot_id, categories.metric, categories.pattern
),

sums as (
    select
        parts.claim_id,
        parts.part,
        matched.* exclude (metric, pattern)
    from parts
    inner join matched using (metric, pattern)
),

-- what the paper counts that is no trial and no record
things as (
    select
        snapshot_id,
        'searched_phrases' as metric,
        field as category,
        phrase as thing
    from raw.searches
    where not is_extended
    union all
    select
        snapshot_id,
        'approved_products' as metric,
        agency as category,
        product as thing
    from metrics.approvals
    where approved_date <= coalesce($as_of::date, approved_date)
),

counted_things as (
    select
        things.snapshot_id,
        claims.claim_id,
        count(distinct things.thing) as quantity
    from claims
    inner join things
        on claims.metric = things.metric
        and regexp_full_match(things.category, claims.numerator)
    group by things.snapshot_id, claims.claim_id
),

joined as (
    select
        snapshots.*,
        claims.*,
        case
            when snapshots.comparability <> 'comparable' then snapshots.comparability
            when claims.metric = 'survey' then 'not comparable: asked of investigators, see the survey'
            when
                lacking.is_whole
                or lacking_wholes.is_whole
                or (lacking.is_of_columns and numerators.is_unknown)
                or (lacking.metric is not null and numerators.claim_id is null)
                then 'not comparable: not in this source'
            when unknown.metric is not null and not coalesce(lacking.is_of_columns, false)
                then 'not comparable: publications were not looked for'
            else 'comparable'
        end as answer,
        case when regexp_matches(claims.printed, '^[<>~]') then claims.printed[1] else '=' end as operator,
        case when claims.denominator is not null then coalesce(numerators.quantity, 0) end as part,
        case when claims.denominator is not null then nullif(denominators.quantity, 0) end as whole,
        case
            when claims.unit in ('phrases', 'products') then coalesce(counted_things.quantity, 0)
            when claims.unit = 'year' then numerators.first_year
            when claims.unit = 'last year' then numerators.last_year
            when claims.denominator is null then coalesce(numerators.quantity, 0)
            else 100.0 * coalesce(numerators.quantity, 0) / nullif(denominators.quantity, 0)
        end as counted_value,
        case
            when claims.definition_numerator is null then null
            when claims.denominator is null then coalesce(by_paper_definition.quantity, 0)
            else 100.0 * coalesce(by_paper_definition.quantity, 0) / nullif(denominators.quantity, 0)
        end as counted_by_paper_definition
    from snapshots
    cross join claims
    left join unknown
        on snapshots.snapshot_id = unknown.snapshot_id
        and claims.metric = unknown.metric
    left join lacking
        on snapshots.snapshot_id = lacking.snapshot_id
        and claims.metric = lacking.metric
    left join lacking as lacking_wholes
        on snapshots.snapshot_id = lacking_wholes.snapshot_id
        and claims.denominator_metric = lacking_wholes.metric
    left join sums as numerators
        on snapshots.snapshot_id = numerators.snapshot_id
        and claims.claim_id = numerators.claim_id
        and numerators.part = 'numerator'
    left join sums as denominators
        on snapshots.snapshot_id = denominators.snapshot_id
        and claims.claim_id = denominators.claim_id
        and denominators.part = 'denominator'
    left join counted_things
        on snapshots.snapshot_id = counted_things.snapshot_id
        and claims.claim_id = counted_things.claim_id
    left join sums as by_paper_definition
        on snapshots.snapshot_id = by_paper_definition.snapshot_id
        and claims.claim_id = by_paper_definition.claim_id
        and by_paper_definition.part = 'by the paper''s definition'
),

compared as (
    select
        *,
        case when answer = 'comparable' then counted_value::double end as our_value,
        case when answer = 'comparable' then counted_by_paper_definition::double end as value_by_paper_definition,
        -- a share is compared to the digits that the paper prints
        case when unit = '%' then length(split_part(printed, '.', 2)) else 0 end::integer as digits,
        unit not in ('phrases', 'products', 'year', 'last year') as does_need_size,
        -- growth is no share of what was there before
        case when metric <> 'growth' then wilson_bounds(part, whole, $interval_z) end as bounds
    from joined
),

judged as (
    select
        *,
        case operator
            when '=' then round(our_value, digits) = value
            when '>' then our_value > value
            when '<' then our_value < value
            else 100.0 * abs(our_value - value) <= $approximate_percent * value
        end as does_hold,
        case when answer = 'comparable' then bounds.low end as our_low,
        case when answer = 'comparable' then bounds.high end as our_high
    from compared
),

decided as (
    select
        *,
        case
            when answer = 'not comparable: publications were not looked for' then 'not looked for'
            when our_value is null then 'not comparable'
            -- a count of another cohort is another count, even where the two happen to be equal
            when whole is null and does_need_size and not is_of_the_papers_size then 'not comparable'
            when does_hold and operator = '=' then 'equal within rounding'
            when does_hold then 'holds as stated'
            when operator in ('=', '~') and value between our_low and our_high then 'inside our interval'
            when operator = '>' and value < our_high then 'inside our interval'
            when operator = '<' and value > our_low then 'inside our interval'
            when contradiction is not null then 'the paper contradicts itself'
            when unit not in ('phrases', 'products') and not is_of_the_papers_size then 'not comparable'
            when definition is not null then 'differs by definition'
            else 'differs by snapshot'
        end as verdict
    from judged
),

final as (
    select
        snapshot_id,
        claim_id,
        section,
        claim,
        unit,
        printed,
        operator,
        value as paper_value,
        our_value,
        value_by_paper_definition,
        our_low,
        our_high,
        our_value - value as difference,
        verdict,
        case
            when answer = 'comparable' and verdict = 'not comparable'
                then 'not comparable: ours holds ' || cohort_trials || ' trials, the paper ' || paper_trials::bigint
            else answer
        end as comparability,
        case verdict
            when 'the paper contradicts itself' then contradiction
            when 'differs by definition' then definition
        end as why_they_differ,
        computation
    from decided
)

select * from final
order by snapshot_id, claim_id
