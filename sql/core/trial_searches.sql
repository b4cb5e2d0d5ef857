-- one row per snapshot, trial and search that found it
-- why: the flow diagram says what each search found
-- key: nct_id, search_id
-- search_id: names the search in raw.searches
-- search_field: the registry's search field, query.cond or query.intr
-- phrase: the phrase searched for
-- is_extended: whether the phrase is of the extended vocabulary, which the paper did not search
select distinct
    hits.snapshot_id,
    hits.nct_id,
    hits.search_id,
    searches.field as search_field,
    searches.phrase,
    searches.is_extended
from raw.search_hits as hits
inner join raw.searches
    on hits.snapshot_id = searches.snapshot_id
    and hits.search_id = searches.search_id
