-- one row per snapshot and pair of trials that may be one trial registered twice
-- why: flagged for review, never merged by itself
-- key: nct_id, other_nct_id
-- other_nct_id: the later NCT number of the pair
-- suspicion: same organisation study id, or near-equal titles, sponsor and start
-- title_similarity: Jaro-Winkler similarity of the brief titles, 0 to 1
with studies as (
    select * from staging.studies
    semi join core.labels using (snapshot_id, nct_id)
),

trials as (
    select
        snapshot_id,
        nct_id,
        comparable_text(sponsor_module.leadsponsor.name) as lead_sponsor,
        comparable_text(identification_module.orgstudyidinfo.id) as organization_study_id,
        comparable_text(identification_module.brieftitle) as title,
        -- 'CD19' against 'CD22' is one letter of difference and another trial
        list_sort(regexp_extract_all(lower(identification_module.brieftitle), '[\pL]*\d[\pL\d.]*')) as numbered_words,
        registry_date(status_module.startdatestruct.date) as start_date
    from studies
    where identification_module.brieftitle is not null
),

-- each way to be suspected joins on all that must be equal, so that a sponsor with thousands of trials costs little
same_study_ids as (
    select
        earlier.snapshot_id,
        earlier.nct_id,
        later.nct_id as other_nct_id,
        jaro_winkler_similarity(earlier.title, later.title) as title_similarity
    from trials as earlier
    inner join trials as later using (snapshot_id, lead_sponsor, organization_study_id)
    where
        earlier.nct_id < later.nct_id
        and length(earlier.organization_study_id) >= $shortest_study_id
),

-- titles of one sponsor and start in alphabetical order, from their beginnings and again from their ends: near-equal
-- ones stand near each other there, and thousands cost no more than as many others
stretches as (
    select
        *,
        (row_number() over from_begin - 1) // $titles_in_a_stretch::integer as from_begin,
        (row_number() over from_end - 1) // $titles_in_a_stretch::integer as from_end
    from trials
    where lead_sponsor is not null
    window
        from_begin as (
            partition by snapshot_id, lead_sponsor, numbered_words, start_date
            order by title, nct_id
        ),
        from_end as (
            partition by snapshot_id, lead_sponsor, numbered_words, start_date
            order by reverse(title), nct_id
        )
),

placed as (
    select
        * exclude (from_begin, from_end),
        unnest([
            { 'order': 'from their beginnings', 'place': from_begin },
            { 'order': 'from their ends', 'place': from_end }
        ]) as stretch
    from stretches
),

beside as (
    select
        *,
        unnest([stretch.place - 1, stretch.place, stretch.place + 1]) as place
    from placed
),

neighbours as (
    select distinct
        earlier.snapshot_id,
        earlier.nct_id,
        later.nct_id as other_nct_id,
        earlier.title,
        later.title as other_title
    from placed as earlier
    inner join beside as later
        on earlier.snapshot_id = later.snapshot_id
        and earlier.lead_sponsor = later.lead_sponsor
        and earlier.numbered_words = later.numbered_words
        and earlier.start_date is not distinct from later.start_date
        and earlier.stretch.order = later.stretch.order
        and earlier.stretch.place = later.place
        and earlier.nct_id < later.nct_id
),

near_equal_titles as (
    select
        snapshot_id,
        nct_id,
        other_nct_id,
        jaro_winkler_similarity(title, other_title) as title_similarity
    from neighbours
    where jaro_winkler_similarity(title, other_title) >= $near_equal_title_similarity
),

final as (
    select
        *,
        'same organisation study id' as suspicion
    from same_study_ids
    union all
    select
        *,
        'near-equal titles, same sponsor and start' as suspicion
    from near_equal_titles
    anti join same_study_ids using (snapshot_id, nct_id, other_nct_id)
)

select
    snapshot_id,
    nct_id,
    other_nct_id,
    suspicion,
    title_similarity
from final
