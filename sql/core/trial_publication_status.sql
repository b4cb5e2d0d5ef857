-- one row per snapshot and trial
-- why: whether results of the trial are published, or none were found, or nobody looked
-- key: nct_id
-- observed_until: last day on which a publication would have counted; null where not looked for
-- is_published: whether accepted results were found; null where not looked for
-- first_results_date: publication date of the first accepted results, null without them
-- first_results_date_precision: day, month or year, as stated
-- result_publications: accepted publications of results; null where not looked for
with searches as (
    select
        snapshot_id,
        nct_id,
        least(searched_on, coalesce($published_until::date, searched_on)) as observed_until
    from core.publication_searches
),

results as (
    select
        publications.snapshot_id,
        publications.nct_id,
        publications.publication_date,
        publications.publication_date_precision
    from core.trial_publications as publications
    inner join searches using (snapshot_id, nct_id)
    where
        publications.decision = 'accept'
        and publications.is_results
        and coalesce(publications.publication_date <= searches.observed_until, true)
),

first_results as (
    select
        snapshot_id,
        nct_id,
        count(*) as result_publications,
        min(publication_date) as first_results_date,
        arg_min(publication_date_precision, publication_date) as first_results_date_precision
    from results
    group by snapshot_id, nct_id
),

final as (
    select
        trials.snapshot_id,
        trials.nct_id,
        searches.nct_id is not null as is_looked_for,
        searches.observed_until,
        case when searches.nct_id is not null then first_results.nct_id is not null end as is_published,
        first_results.first_results_date,
        first_results.first_results_date_precision,
        case when searches.nct_id is not null then coalesce(first_results.result_publications, 0) end
            as result_publications
    from core.trials
    left join searches using (snapshot_id, nct_id)
    left join first_results using (snapshot_id, nct_id)
)

select * from final
