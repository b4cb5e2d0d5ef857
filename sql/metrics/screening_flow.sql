-- one row per snapshot and step of the flow diagram
-- paper: Figure 1
-- numerator: records at the step
-- denominator: none
-- why: every record that a source held is either in the landscape or at one of these steps, with its reason
-- key: step, reason
-- counts: records
-- step_order: place of the step in the diagram
-- stage: identification, screening or included, as in PRISMA; apart for records that the searches did not count
-- step: what happened to the records
-- reason: the search, exclusion reason or topic, where the step has several
-- records: records at the step; searches count a record once each, all later steps once
-- is_removed: whether the records are taken off those found by a search; what was never among them stands apart
with trials as (
    select * from core.trials
),

steps as (
    select listed.*
    from (
        values
        ('found by the extended vocabulary only', 10, 'apart'),
        ('found by no search', 10, 'apart'),
        ('number is an alias of another record', 5, 'screening'),
        ('after the as-of date', 6, 'screening'),
        ('not CAR-T', 7, 'screening'),
        ('boundary, counted apart', 8, 'screening'),
        ('trials in the landscape', 9, 'included')
    ) as listed (step, step_order, stage)
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
        case when searches.is_extended then 10 else 1 end as step_order,
        case when searches.is_extended then 'apart' else 'identification' end as stage,
        case
            when searches.field = 'file' then 'in a downloaded file'
            when searches.is_extended then 'found by an extended search'
            else 'found by a search'
        end as step,
        searches.field || ': ' || searches.phrase as reason,
        coalesce(hits.records, 0) as records,
        false as is_removed
    from searches
    left join hits using (snapshot_id, search_id)
),

searches_a_record as (
    select
        search_hits.snapshot_id,
        search_hits.nct_id,
        count(distinct search_hits.search_id) as paper_searches
    from raw.search_hits
    inner join raw.searches using (snapshot_id, search_id)
    where not searches.is_extended
    group by search_hits.snapshot_id, search_hits.nct_id
),

found_registrations as (
    select
        snapshot_id,
        registry,
        row_number() over (partition by snapshot_id, trial_nct_id order by place) as found_place
    from core.registrations
    where is_found_by_paper_search
),

-- of the registrations of a trial that were found, one stays in the flow
registered_again as (
    select
        snapshot_id,
        3 as step_order,
        'identification' as stage,
        'another registration of the same trial' as step,
        registry as reason,
        count(*) as records,
        true as is_removed
    from found_registrations
    where found_place > 1
    group by snapshot_id, registry
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

left_out as (
    select
        snapshot_id,
        3 as step_order,
        'identification' as stage,
        'found by no search' as step,
        'left in ' || source as reason,
        left_out as records,
        true as is_removed
    from raw.sources
    where left_out > 0
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

unreadable as (
    select
        snapshot_id,
        10 as step_order,
        'apart' as stage,
        'could not be read' as step,
        reason,
        count(*) as records,
        false as is_removed
    from quarantine
    group by snapshot_id, reason
),

records as (
    select
        snapshot_id,
        screening_step,
        topic,
        exclusion_reason,
        is_found_by_paper_search,
        is_in_cohort
    from trials
    union all by name
    select
        snapshot_id,
        screening_step,
        exclusion_reason,
        is_found_by_paper_search,
        is_in_cohort
    from core.background
),

screened as (
    select
        snapshot_id,
        screening_step as step,
        case
            when is_in_cohort then topic
            when screening_step in ('not CAR-T', 'boundary, counted apart') then exclusion_reason
        end as reason,
        is_found_by_paper_search and not is_in_cohort as is_removed,
        count(*) as records
    from records
    group by all
),

outcomes as (
    select
        screened.snapshot_id,
        steps.step_order,
        steps.stage,
        screened.step,
        screened.reason,
        screened.records,
        screened.is_removed
    from screened
    left join steps using (step)
),

final as (
    select * from identified
    union all
    select * from repeated
    union all
    select * from registered_again
    union all
    select * from left_out
    union all
    select * from unreadable
    union all
    select * from unique_records
    union all
    select * from outcomes
)

select * from final
order by snapshot_id, step_order, step, reason
