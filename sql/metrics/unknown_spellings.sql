-- one row per snapshot, registry, kind and spelling
-- numerator: registrations with the spelling
-- denominator: none
-- why: a spelling that no vocabulary knows is kept as it is written, and shown until a row says what it means
-- key: registry, kind, spelling
-- registry: the registry
-- kind: the vocabulary in curation/registries that lacks it
-- spelling: what the registrations say
-- registrations: registrations that say so
select
    spellings.snapshot_id,
    registrations.registry,
    spellings.kind,
    spellings.spelling,
    count(distinct spellings.nct_id) as registrations
from raw.unknown_spellings as spellings
inner join raw.registrations as registrations using (snapshot_id, nct_id)
group by all
order by spellings.snapshot_id asc, registrations desc, registrations.registry asc, spellings.kind asc, spelling asc
