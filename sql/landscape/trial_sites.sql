-- one row per trial and site
-- why: where trials take place; contacts stay in the raw schema
-- site_position: its place in the record's list, from 1
-- facility: name of the hospital or centre as written
-- city: as written
-- state: as written
-- country: the registry's country name
-- latitude: degrees north, as the registry placed the city
-- longitude: degrees east, as the registry placed the city
select sites.* exclude (snapshot_id)
from core.trial_sites as sites
semi join landscape.shown
    on sites.snapshot_id = shown.snapshot_id and sites.nct_id = shown.nct_id
