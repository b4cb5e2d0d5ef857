-- one row per snapshot and trial
-- why: not looked for, none found, found of another kind and published are four things, and no number mixes them
-- key: nct_id
-- observed_until: last day on which a publication would have counted; null where not looked for
-- publication_status: published, found of another kind, looked for but none found, or not looked for
-- is_published: whether accepted results of a kind that counts were found; null where not looked for
-- first_results_date: publication date of the first of them, null without them
-- first_results_date_precision: day, month or year, as stated
-- result_publications: accepted publications of a kind that counts; null where not looked for
-- other_publications: accepted publications of other kinds; null where not looked for
-- other_kinds: those kinds, joined by |; null without them
with searches as (
    select
        snapshot_id,
        nct_id,
        least(searched_on, coalesce($published_until::date, searched_on)) as observed_until
    from core.publication_searches
),

counted as (
    select
        snapshot_id,
        nct_id,
        sum(publications) filter (where counts_as_published) as result_publications,
        min(first_date) filter (where counts_as_published) as first_results_date,
        arg_min(first_date_precision, first_date) filter (where counts_as_published) as first_results_date_precision,
        sum(publications) filter (where not counts_as_published) as other_publications,
        string_agg(kind, '|' order by kind) filter (where not counts_as_published) as other_kinds
    from core.trial_publication_kinds
    group by snapshot_id, nct_id
),

found as (
    select
        trials.snapshot_id,
        trials.nct_id,
        searches.nct_id is not null as is_looked_for,
        searches.observed_until,
        coalesce(counted.result_publications, 0)::bigint as result_publications,
        coalesce(counted.other_publications, 0)::bigint as other_publications,
        counted.first_results_date,
        counted.first_results_date_precision,
        counted.other_kinds
    from core.trials
    left join searches using (snapshot_id, nct_id)
    left join counted using (snapshot_id, nct_id)
),

final as (
    select
        snapshot_id,
        nct_id,
        is_looked_for,
        observed_until,
        case
            when not is_looked_for then 'not looked for'
            when result_publications > 0 then 'published'
            when other_publications > 0 then 'found, of another kind'
            else 'looked for, none found'
        end as publication_status,
        case when is_looked_for then result_publications > 0 end as is_published,
        case when is_looked_for then first_results_date end as first_results_date,
        case when is_looked_for then first_results_date_precision end as first_results_date_precision,
        case when is_looked_for then result_publications end as result_publications,
        case when is_looked_for then other_publications end as other_publications,
        case when is_looked_for then other_kinds end as other_kinds
    from found
)

select * from final
