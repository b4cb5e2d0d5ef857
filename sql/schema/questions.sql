-- Questions with a name: table macros that stay in the warehouse, for analysts and for `cartscape diff`.

-- what the registry changed between two snapshots: a row for each trial that came or went, and for each changed fact
create or replace macro core.changes_between(old_snapshot, new_snapshot) as table (
    with earlier as (
        select * from core.trial_facts
        where snapshot_id = old_snapshot
    ),

    later as (
        select * from core.trial_facts
        where snapshot_id = new_snapshot
    ),

    compared as (
        select
            nct_id,
            fact,
            earlier.value as old_value,
            later.value as new_value,
            earlier.nct_id is null as is_new,
            later.nct_id is null as is_gone
        from earlier
        full join later using (nct_id, fact)
    )

    select
        nct_id,
        case when is_new then 'new' when is_gone then 'gone' else 'changed' end as change,
        case when not is_new and not is_gone then fact end as fact,
        case when not is_new and not is_gone then old_value end as old_value,
        case when not is_new and not is_gone then new_value end as new_value
    from compared
    where
        (not is_new and not is_gone and old_value is distinct from new_value)
        or ((is_new or is_gone) and fact = 'is_in_cohort')
    order by change, nct_id, fact
);

-- which labels changed between two snapshots, and what changed them: our reading of the old text, or the text itself
create or replace macro core.label_changes_between(old_snapshot, new_snapshot) as table (
    with labels as (
        select
            snapshot_id,
            nct_id,
            attribute,
            string_agg(value, '|' order by value) as value
        from core.labels
        where snapshot_id in (old_snapshot, new_snapshot)
        group by snapshot_id, nct_id, attribute
    ),

    decided as (
        select distinct
            snapshot_id,
            nct_id,
            attribute
        from core.assertions
        where kind = 'decided'
    ),

    compared as (
        select
            later.nct_id,
            later.attribute,
            first_labels.value as first_value,
            earlier.value as reread_value,
            later.value as new_value,
            decided.nct_id is not null as is_decided
        from labels as later
        inner join labels as earlier
            on later.nct_id = earlier.nct_id
            and later.attribute = earlier.attribute
            and earlier.snapshot_id = old_snapshot
        inner join core.first_labels
            on later.nct_id = first_labels.nct_id
            and later.attribute = first_labels.attribute
            and first_labels.snapshot_id = old_snapshot
        left join decided
            on later.nct_id = decided.nct_id
            and later.attribute = decided.attribute
            and decided.snapshot_id = old_snapshot
        where later.snapshot_id = new_snapshot
    )

    select
        nct_id,
        attribute,
        first_value as old_value,
        reread_value as new_value,
        case when is_decided then 'decision' else 'vocabulary' end as cause
    from compared
    where first_value <> reread_value
    union all
    select
        nct_id,
        attribute,
        reread_value as old_value,
        new_value,
        'registry' as cause
    from compared
    where reread_value <> new_value
    order by nct_id, attribute, cause
);

-- what changed about accepted papers of trials: one appeared, changed its kind (a retraction, a correction), or is
-- accepted no more
create or replace macro core.papers_between(old_snapshot, new_snapshot) as table (
    with accepted as (
        select
            snapshot_id,
            nct_id,
            paper_key,
            doi,
            title,
            publication_date,
            kind,
            kind_words
        from core.trial_publications
        where
            decision = 'accept'
            and snapshot_id in (old_snapshot, new_snapshot)
    ),

    earlier as (
        select * from accepted
        where snapshot_id = old_snapshot
    ),

    later as (
        select * from accepted
        where snapshot_id = new_snapshot
    ),

    compared as (
        select
            coalesce(later.nct_id, earlier.nct_id) as nct_id,
            coalesce(later.paper_key, earlier.paper_key) as paper_key,
            coalesce(later.title, earlier.title) as title,
            coalesce(later.publication_date, earlier.publication_date) as publication_date,
            case
                when earlier.nct_id is null then 'appeared'
                when later.nct_id is null then 'accepted no more'
                when later.kind <> earlier.kind then 'kind changed'
            end as change,
            earlier.kind as old_kind,
            later.kind as new_kind,
            coalesce(later.kind_words, earlier.kind_words) as kind_words
        from later
        full join earlier
            on
            -- a paper that got its PMID meanwhile is the same by its DOI
            later.nct_id = earlier.nct_id
            and (later.paper_key = earlier.paper_key or later.doi = earlier.doi)
    )

    select * from compared
    where change is not null
    order by nct_id, paper_key
);
