-- one row per snapshot and pair of registrations of different registries that may be one trial
-- why: for a person to judge; nothing is merged by similarity alone, nor by a number that a text only mentions
-- key: nct_id, other_nct_id
-- nct_id: the registration whose registry comes first
-- other_nct_id: the other registration
-- score: the chance that they are one trial, from what agrees and its weight in meta.suspicion_weights, 0 to 1
-- evidence: what agrees, joined by ;
-- title_similarity: Jaro-Winkler similarity of the titles, 0 to 1
with targets as (
    select
        snapshot_id,
        nct_id,
        string_agg(value, ', ' order by value) as targets
    from core.registration_labels
    where attribute = 'targets' and value <> 'unstated'
    group by snapshot_id, nct_id
),

studies as (
    select * from staging.studies
),

officials as (
    select
        snapshot_id,
        nct_id,
        unnest(contacts_locations_module.overallofficials) as official
    from studies
),

investigators as (
    select
        snapshot_id,
        nct_id,
        list(comparable_text(split_part(official.name, ',', 1))) as investigators
    from officials
    where official.name is not null
    group by snapshot_id, nct_id
),

registrations as (
    select
        registrations.snapshot_id,
        registrations.nct_id,
        registrations.trial_nct_id,
        registrations.registry,
        registries.precedence::integer as precedence,
        registrations.start_date,
        date_trunc('month', registrations.start_date) as start_month,
        registrations.enrollment_count,
        registrations.is_contradictory,
        targets.targets,
        comparable_text(studies.identification_module.brieftitle) as title,
        comparable_text(studies.identification_module.officialtitle) as official_title,
        case when length(title) >= $long_title then left(title, $long_title) end as title_begin,
        list_sort(regexp_extract_all(lower(studies.identification_module.brieftitle), '[\pL]*\d[\pL\d.]*'))
            as numbered_words,
        comparable_text(studies.sponsor_module.leadsponsor.name) as sponsor,
        comparable_text(studies.identification_module.orgstudyidinfo.id) as study_id,
        investigators.investigators
    from core.registrations as registrations
    inner join studies using (snapshot_id, nct_id)
    inner join meta.registries using (registry)
    left join targets using (snapshot_id, nct_id)
    left join investigators using (snapshot_id, nct_id)
),

-- texts of which one that two registrations share makes them a pair to judge; what is short says nothing
shared_texts as (
    select
        snapshot_id,
        nct_id,
        precedence,
        unnest([
            { 'kind': 'title', 'words': if(length(title) >= $shortest_title, title, null) },
            { 'kind': 'official title', 'words': if(length(official_title) >= $shortest_title, official_title, null) },
            { 'kind': 'beginning of the title', 'words': title_begin },
            { 'kind': 'study id', 'words': if(length(study_id) >= $shortest_study_id, study_id, null) },
            { 'kind': 'sponsor and month of the start', 'words': sponsor || ' ' || start_month::varchar }
        ]) as text
    from registrations
),

mentioned as (
    select distinct
        numbers.snapshot_id,
        numbers.nct_id,
        bearing.nct_id as other_nct_id
    from core.registration_numbers as numbers
    inner join raw.registrations as bearing
        on numbers.snapshot_id = bearing.snapshot_id
        and numbers.number = bearing.number
        and numbers.nct_id <> bearing.nct_id
    where numbers.kind = 'mentioned'
),

held as (
    select
        snapshot_id,
        nct_id,
        other_nct_id,
        basis
    from core.registration_pairs
    where basis <> 'different'
),

candidates as (
    -- one of a pair is of a registry that comes after the first, so that one registry alone costs nothing
    select
        later.snapshot_id,
        later.nct_id,
        other.nct_id as other_nct_id
    from shared_texts as later
    inner join shared_texts as other
        on
        later.snapshot_id = other.snapshot_id
        and later.text.kind = other.text.kind
        and later.text.words = other.text.words
    where later.precedence > 1
    union
    select * from mentioned
    union
    select
        snapshot_id,
        nct_id,
        other_nct_id
    from held
),

-- both ways round, once: the registry that comes first stands first
pairs as (
    select distinct
        one.snapshot_id,
        one as first_one,
        other as second_one
    from candidates
    inner join registrations as one
        on candidates.snapshot_id = one.snapshot_id
        and one.nct_id in (candidates.nct_id, candidates.other_nct_id)
    inner join registrations as other
        on candidates.snapshot_id = other.snapshot_id
        and other.nct_id in (candidates.nct_id, candidates.other_nct_id)
    where
        one.trial_nct_id <> other.trial_nct_id
        and one.precedence < other.precedence
),

compared as (
    select
        pairs.snapshot_id,
        first_one.nct_id as nct_id,
        second_one.nct_id as other_nct_id,
        jaro_winkler_similarity(first_one.title, second_one.title) as title_similarity,
        first_one.title = second_one.title
        or coalesce(first_one.official_title = second_one.official_title, false) as has_same_title,
        first_one.numbered_words = second_one.numbered_words
        and title_similarity >= $near_equal_title_similarity as is_near_equal,
        first_one.title_begin = second_one.title_begin as begins_alike,
        first_one.sponsor = second_one.sponsor as has_same_sponsor,
        first_one.study_id = second_one.study_id
        and length(first_one.study_id) >= $shortest_study_id as has_same_study_id,
        len(list_intersect(first_one.investigators, second_one.investigators)) > 0 as has_same_investigator,
        first_one.start_month = second_one.start_month as has_same_start,
        first_one.enrollment_count = second_one.enrollment_count as has_same_size,
        first_one.targets = second_one.targets as has_same_target,
        first_one.is_contradictory and second_one.is_contradictory as is_held
    from pairs
),

agreements as (
    select
        snapshot_id,
        nct_id,
        other_nct_id,
        title_similarity,
        unnest([
            case when has_same_title then 'same title' end,
            case
                when is_near_equal and not (coalesce(has_same_title, false) or coalesce(begins_alike, false))
                    then 'near-equal title'
            end,
            case when begins_alike and not coalesce(has_same_title, false) then 'titles begin alike' end,
            case when has_same_sponsor then 'same sponsor' end,
            case when has_same_study_id then 'same organisation number' end,
            case when has_same_investigator then 'same investigator' end,
            case when has_same_start then 'same start' end,
            case when has_same_size then 'same size' end,
            case when has_same_target then 'same target' end,
            case when is_held then 'numbers that contradict' end
        ]) as evidence
    from compared
    union all
    select
        compared.snapshot_id,
        compared.nct_id,
        compared.other_nct_id,
        compared.title_similarity,
        'number in a free text' as evidence
    from compared
    inner join mentioned
        on compared.snapshot_id = mentioned.snapshot_id
        and mentioned.nct_id in (compared.nct_id, compared.other_nct_id)
        and mentioned.other_nct_id in (compared.nct_id, compared.other_nct_id)
    union all
    select
        compared.snapshot_id,
        compared.nct_id,
        compared.other_nct_id,
        compared.title_similarity,
        held.basis as evidence
    from compared
    inner join held
        on compared.snapshot_id = held.snapshot_id
        and held.nct_id in (compared.nct_id, compared.other_nct_id)
        and held.other_nct_id in (compared.nct_id, compared.other_nct_id)
    where held.basis = 'parent and follow-up'
),

told_apart as (
    select
        snapshot_id,
        unnest([nct_id, other_nct_id]) as nct_id,
        unnest([other_nct_id, nct_id]) as other_nct_id
    from core.registration_pairs
    where basis = 'different'
),

once as (
    select distinct * from agreements
),

final as (
    select
        snapshot_id,
        nct_id,
        other_nct_id,
        round(1 - exp(sum(ln(1 - weight::double))), 3) as score,
        string_agg(evidence, '; ' order by evidence) as evidence,
        any_value(title_similarity) as title_similarity
    from once
    inner join meta.suspicion_weights using (evidence)
    anti join told_apart using (snapshot_id, nct_id, other_nct_id)
    group by snapshot_id, nct_id, other_nct_id
    having score >= $suspicion_from
)

select * from final
