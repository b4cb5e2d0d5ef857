-- one row per snapshot, trial and kind of its accepted publications
-- why: what counts as published is one line of landscape.toml; the other kinds stand beside it
-- key: nct_id, kind
-- kind: as meta.publication_kinds lists them; registry results are those that the registry itself has posted
-- counts_as_published: whether published_kinds in landscape.toml names the kind
-- publications: accepted papers of the kind until the last day observed; one where the registry posted results
-- first_date: first publication date of the kind, null where none states one
-- first_date_precision: day, month or year, as stated
with observed as (
    select
        snapshot_id,
        nct_id,
        least(searched_on, coalesce($published_until::date, searched_on)) as observed_until
    from core.publication_searches
),

accepted as (
    select
        publications.snapshot_id,
        publications.nct_id,
        publications.kind,
        publications.publication_date,
        publications.publication_date_precision
    from core.trial_publications as publications
    inner join observed using (snapshot_id, nct_id)
    where
        publications.decision = 'accept'
        and coalesce(publications.publication_date <= observed.observed_until, true)
    union all
    select
        trials.snapshot_id,
        trials.nct_id,
        'registry results' as kind,
        trials.results_first_posted_date as publication_date,
        'day' as publication_date_precision
    from core.trials
    left join observed using (snapshot_id, nct_id)
    where
        trials.has_results
        and coalesce(
            trials.results_first_posted_date <= coalesce(observed.observed_until, $published_until::date), true
        )
),

final as (
    select
        snapshot_id,
        nct_id,
        kind,
        list_contains($published_kinds, kind) as counts_as_published,
        count(*) as publications,
        min(publication_date) as first_date,
        arg_min(publication_date_precision, publication_date) as first_date_precision
    from accepted
    group by snapshot_id, nct_id, kind
)

select * from final
order by snapshot_id, nct_id, kind
