-- one row per snapshot and kind of publication
-- paper: none
-- numerator: trials of the cohort with an accepted publication of the kind; a trial may have several kinds
-- denominator: none; publication_rates tells published, other kinds alone, none found and not looked for apart
-- why: what counts as published is one line of landscape.toml; who defines it otherwise finds the numbers here
-- key: kind
-- among: cohort
-- counts: trials where publication_kind = {kind}
-- links: unpublished_trials where publication_kind = {kind} and publication = found, of another kind
-- kind_order: place of the kind in curation/publication_kinds.tsv
-- kind: as meta.publication_kinds lists them; registry results are those that the registry itself has posted
-- counts_as_published: whether published_kinds in landscape.toml names the kind
-- papers: accepted publications of the kind; null where none was looked for, but for results in the registry itself
-- trials: trials with at least one of them
-- unpublished_trials: those of them that were looked for and have nothing of a kind that counts as published
with cohort as (
    select
        trials.snapshot_id,
        trials.nct_id,
        status.is_looked_for,
        status.publication_status
    from core.trials
    inner join core.trial_publication_status as status using (snapshot_id, nct_id)
    where trials.is_in_cohort
),

snapshots as (
    select
        snapshot_id,
        bool_or(is_looked_for) as is_looked_for
    from cohort
    group by snapshot_id
),

counted as (
    select
        cohort.snapshot_id,
        found.kind,
        sum(found.publications) as papers,
        count(*) as trials,
        count(*) filter (where cohort.publication_status = 'found, of another kind') as unpublished_trials
    from cohort
    inner join core.trial_publication_kinds as found using (snapshot_id, nct_id)
    group by cohort.snapshot_id, found.kind
),

listed as (
    select
        snapshots.snapshot_id,
        kinds.kind_order,
        kinds.publication_kind as kind,
        snapshots.is_looked_for or kinds.publication_kind = 'registry results' as is_known
    from snapshots
    cross join meta.publication_kinds as kinds
),

final as (
    select
        listed.snapshot_id,
        listed.kind_order,
        listed.kind,
        list_contains($published_kinds, listed.kind) as counts_as_published,
        case when listed.is_known then coalesce(counted.papers, 0)::bigint end as papers,
        case when listed.is_known then coalesce(counted.trials, 0) end as trials,
        case when listed.is_known then coalesce(counted.unpublished_trials, 0) end as unpublished_trials
    from listed
    left join counted using (snapshot_id, kind)
)

select * from final
order by snapshot_id, kind_order
