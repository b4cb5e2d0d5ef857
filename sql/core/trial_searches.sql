-- one row per snapshot, trial and search that found it
-- why: the flow diagram says what each search found; what finds one registration of a trial finds the trial
-- key: nct_id, search_id
-- search_id: names the search in raw.searches
-- search_field: the registry's search field, query.cond or query.intr
-- phrase: the phrase searched for
-- is_extended: whether the phrase is of the extended vocabulary, which the paper did not search
select distinct
    hits.snapshot_id,
    registrations.trial_nct_id as nct_id,
    hits.search_id,
    searches.field as search_field,
    searches.phrase,
    searches.is_extended
from raw.search_hits as hits
inner join core.registrations
    on hits.snapshot_id = registrations.snapshot_id
    and hits.nct_id = registrations.nct_id
inner join raw.searches
    on hits.snapshot_id = searches.snapshot_id
    and hits.search_id = searches.search_id
