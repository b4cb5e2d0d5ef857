-- one row per snapshot and route by which papers were found
-- paper: section 2.2, PubMed and Google Scholar by hand
-- numerator: pairs of a cohort trial and a paper that the route found, by decision
-- denominator: none; a pair that several routes found counts for each
-- why: which way of looking is worth its questions, and how many pairs wait for a person
-- key: route
-- route: how the paper was found; any for the pairs by whatever route
-- candidates: pairs of trial and paper
-- accepted: pairs accepted
-- in_review: pairs that wait for a person
-- rejected: pairs rejected
-- accepted_by_this_route_only: accepted pairs that no other route found
-- trials: trials with an accepted paper
with cohort as (
    select
        snapshot_id,
        nct_id
    from core.trials
    where is_in_cohort
),

judged as (
    select
        publications.snapshot_id,
        publications.nct_id,
        publications.paper_key,
        publications.decision
    from core.trial_publications as publications
    inner join cohort using (snapshot_id, nct_id)
),

routed as (
    select
        judged.*,
        routes.route,
        count(*) over (partition by judged.snapshot_id, judged.nct_id, judged.paper_key) as route_count
    from judged
    inner join core.publication_routes as routes using (snapshot_id, nct_id, paper_key)
),

pairs as (
    select
        snapshot_id,
        nct_id,
        route,
        decision,
        route_count
    from routed
    union all
    select
        snapshot_id,
        nct_id,
        'any' as route,
        decision,
        null as route_count
    from judged
),

final as (
    select
        snapshot_id,
        route,
        count(*) as candidates,
        count(*) filter (where decision = 'accept') as accepted,
        count(*) filter (where decision = 'review') as in_review,
        count(*) filter (where decision = 'reject') as rejected,
        case
            when route <> 'any' then count(*) filter (where decision = 'accept' and route_count = 1)
        end as accepted_by_this_route_only,
        count(distinct nct_id) filter (where decision = 'accept') as trials
    from pairs
    group by snapshot_id, route
)

select * from final
order by snapshot_id asc, accepted desc, route asc
