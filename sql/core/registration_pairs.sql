-- one row per snapshot, pair of registrations and number or decision that says they are one trial
-- why: a number that one states and the other bears, or that both state, joins registrations of different registries
-- key: nct_id, other_nct_id, basis, number (decision)
-- nct_id: the registration that comes first by its number
-- other_nct_id: the other registration
-- basis: number of the other, number of both, same number, or a person's decision: same, different;
--        parent and follow-up: one's title goes on with the participants of another study, so the number joins nothing
-- number: the number that joins them
-- field: where it is stated, as a path in the record
-- words: the number as written there
with registrations as (
    select * from raw.registrations
),

stated as (
    select distinct on (snapshot_id, nct_id, number)
        snapshot_id,
        nct_id,
        number,
        kind = 'own' as is_own,
        field,
        words
    from core.registration_numbers
    where kind in ('own', 'stated')
    order by snapshot_id asc, nct_id asc, number asc, is_own desc, field asc, words asc
),

by_number as (
    select
        first.snapshot_id,
        first.nct_id,
        second.nct_id as other_nct_id,
        case
            when first.is_own and second.is_own then 'same number'
            when one.is_continuation <> other.is_continuation then 'parent and follow-up'
            when first.is_own or second.is_own then 'number of the other'
            else 'number of both'
        end as basis,
        first.number,
        coalesce(nullif(first.field, ''), second.field) as field,
        case when first.field = '' then second.words else first.words end as words
    from stated as first
    inner join stated as second
        on first.snapshot_id = second.snapshot_id
        and first.number = second.number
        and first.nct_id < second.nct_id
    inner join registrations as one
        on first.snapshot_id = one.snapshot_id
        and first.nct_id = one.nct_id
    inner join registrations as other
        on second.snapshot_id = other.snapshot_id
        and second.nct_id = other.nct_id
    -- two numbers of one registry are two trials: an extension names its parent
    where one.registry <> other.registry or one.number = other.number
),

decided as (
    select
        one.snapshot_id,
        least(decisions.nct_id, decisions.other_nct_id) as nct_id,
        greatest(decisions.nct_id, decisions.other_nct_id) as other_nct_id,
        decisions.decision as basis,
        null as number,
        null as field,
        decisions.reason || ' (' || decisions.reviewer || ', ' || decisions.date || ')' as words
    from meta.registration_decisions as decisions
    inner join registrations as one using (nct_id)
    inner join registrations as other
        on one.snapshot_id = other.snapshot_id
        and decisions.other_nct_id = other.nct_id
),

final as (
    select * from by_number
    union all
    select * from decided
)

select * from final
