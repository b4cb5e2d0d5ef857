-- one row per snapshot and registration that is joined to another
-- why: numbers join registrations both ways and on from one to the next; a group that contradicts itself stays apart
-- key: nct_id
-- group_id: the first number of the group
-- is_contradictory: holds two numbers of one registry, or two that a person told apart; joined by decisions only
with recursive registrations as (
    select * from raw.registrations
),

pairs as (
    select * from core.registration_pairs
),

told_apart as (
    select * from pairs
    where basis = 'different'
),

joining as (
    select * from pairs
    anti join told_apart using (snapshot_id, nct_id, other_nct_id)
    where basis <> 'parent and follow-up'
),

edges as (
    select
        snapshot_id,
        nct_id,
        other_nct_id,
        basis
    from joining
    union
    select
        snapshot_id,
        other_nct_id as nct_id,
        nct_id as other_nct_id,
        basis
    from joining
),

reached as (
    select distinct
        snapshot_id,
        nct_id,
        nct_id as member
    from edges
    union
    select
        reached.snapshot_id,
        reached.nct_id,
        edges.other_nct_id as member
    from reached
    inner join edges
        on reached.snapshot_id = edges.snapshot_id
        and reached.member = edges.nct_id
),

contradictory as (
    select
        reached.snapshot_id,
        reached.nct_id
    from reached
    inner join registrations as one
        on reached.snapshot_id = one.snapshot_id
        and reached.member = one.nct_id
    group by reached.snapshot_id, reached.nct_id, one.registry
    having count(distinct one.number) > 1
    union
    select
        reached.snapshot_id,
        reached.nct_id
    from reached
    inner join told_apart
        on reached.snapshot_id = told_apart.snapshot_id
        and reached.member = told_apart.nct_id
    inner join reached as again
        on reached.snapshot_id = again.snapshot_id
        and reached.nct_id = again.nct_id
        and told_apart.other_nct_id = again.member
),

decided as (
    select
        snapshot_id,
        nct_id,
        nct_id as member
    from contradictory
    union
    select
        decided.snapshot_id,
        decided.nct_id,
        edges.other_nct_id as member
    from decided
    inner join edges
        on decided.snapshot_id = edges.snapshot_id
        and decided.member = edges.nct_id
        and edges.basis = 'same'
),

final as (
    select
        snapshot_id,
        nct_id,
        min(member) as group_id,
        false as is_contradictory
    from reached
    anti join contradictory using (snapshot_id, nct_id)
    group by snapshot_id, nct_id
    union all
    select
        snapshot_id,
        nct_id,
        min(member) as group_id,
        true as is_contradictory
    from decided
    group by snapshot_id, nct_id
)

select * from final
