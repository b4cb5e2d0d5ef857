-- one row per snapshot, trial and party
-- why: a firm and its parent, or two spellings of a hospital, are one party; an unknown name stays itself
-- key: nct_id, party
-- written_names: the names as written, where several stand for the party joined by |
-- merge_kind: variant of the name, unit of the institution or firm of the parent; null where the name is its own
-- is_lead: whether one of the names leads the trial
with gazetteer as (
    select
        comparable_text(sponsor_name) as comparable_name,
        any_value(party order by party) as party,
        any_value(merge_kind order by party) as merge_kind
    from meta.sponsor_names
    group by comparable_text(sponsor_name)
),

named as (
    select
        sponsors.snapshot_id,
        sponsors.nct_id,
        sponsors.sponsor_name,
        sponsors.sponsor_role,
        coalesce(gazetteer.party, sponsors.sponsor_name) as party,
        case when gazetteer.party <> sponsors.sponsor_name then gazetteer.merge_kind end as merge_kind
    from core.trial_sponsors as sponsors
    left join gazetteer
        on comparable_text(sponsors.sponsor_name) = gazetteer.comparable_name
),

final as (
    select
        snapshot_id,
        nct_id,
        party,
        string_agg(sponsor_name, ' | ' order by sponsor_name) as written_names,
        max(merge_kind) as merge_kind,
        bool_or(sponsor_role = 'lead') as is_lead
    from named
    group by snapshot_id, nct_id, party
)

select * from final
