-- one row per snapshot and step of the flow diagram
-- paper: Figure 1
-- numerator: records at the step
-- denominator: none
-- why: every record that a source held is either in the landscape or at one of these steps, with its reason
-- step_order: place of the step in the diagram
-- stage: identification, screening or included, as in PRISMA
-- step: what happened to the records
-- reason: the search, exclusion reason or topic, where the step has several
-- records: records at the step; searches count a record once each, all later steps once
-- is_removed: whether the records leave the flow here
with trials as (
    select
        *,
        -- each record leaves at the first step that removes it
        case
            when not is_found_by_paper_search and is_found_by_search then 'found by the extended vocabulary only'
            when not is_found_by_paper_search then 'found by no search'
            when is_alias_of_another then 'alias'
            when not is_within_as_of then 'after the as-of date'
            when not is_eligible and not is_boundary then 'excluded'
            when is_boundary then 'boundary'
            else 'included'
        end as outcome
    from core.trials
),

searches as (
    select * from raw.searches
),

quarantine as (
    select * from raw.quarantine
),

hits as (
    select
        snapshot_id,
        search_id,
        count(*) as records
    from raw.search_hits
    group by snapshot_id, search_id
),

identified as (
    select
        searches.snapshot_id,
        1 as step_order,
        'identification' as stage,
        case when searches.is_extended then 'found by an extended search' else 'found by a search' end as step,
        searches.field || ': ' || searches.phrase as reason,
        coalesce(hits.records, 0) as records,
        false as is_removed
    from searches
    left join hits using (snapshot_id, search_id)
),

searches_a_record as (
    select
        snapshot_id,
        nct_id,
        count(*) as paper_searches
    from core.trial_searches
    where not is_extended
    group by snapshot_id, nct_id
),

repeated as (
    select
        snapshot_id,
        2 as step_order,
        'identification' as stage,
        'found again by another search' as step,
        null as reason,
        (sum(paper_searches) - count(*))::bigint as records,
        true as is_removed
    from searches_a_record
    group by snapshot_id
),

unique_records as (
    select
        snapshot_id,
        4 as step_order,
        'identification' as stage,
        'unique records' as step,
        null as reason,
        count(*) as records,
        false as is_removed
    from trials
    where is_found_by_paper_search
    group by snapshot_id
),

set_aside as (
    select
        snapshot_id,
        3 as step_order,
        'identification' as stage,
        'could not be read' as step,
        reason,
        count(*) as records,
        true as is_removed
    from quarantine
    group by snapshot_id, reason
),

outcomes as (
    select
        snapshot_id,
        case outcome
            when 'found by no search' then 3
            when 'found by the extended vocabulary only' then 3
            when 'alias' then 5
            when 'after the as-of date' then 6
            when 'excluded' then 7
            when 'boundary' then 8
            else 9
        end as step_order,
        case
            when outcome in ('found by no search', 'found by the extended vocabulary only') then 'identification'
            when outcome = 'included' then 'included'
            else 'screening'
        end as stage,
        case outcome
            when 'alias' then 'number is an alias of another record'
            when 'excluded' then 'not CAR-T'
            when 'boundary' then 'boundary, counted apart'
            when 'included' then 'trials in the landscape'
            else outcome
        end as step,
        case
            when outcome in ('excluded', 'boundary') then exclusion_reason
            when outcome = 'included' then topic
        end as reason,
        count(*) as records,
        outcome <> 'included' as is_removed
    from trials
    group by snapshot_id, outcome, reason
),

final as (
    select * from identified
    union all
    select * from repeated
    union all
    select * from set_aside
    union all
    select * from unique_records
    union all
    select * from outcomes
)

select * from final
order by snapshot_id, step_order, step, reason
