-- one row per trial and country with a site
-- why: a trial with sites in several countries counts once for each; trials without a site have no row
-- country: the registry's country name
-- sites: sites of the trial there
-- cities: their cities, joined by |
select
    sites.nct_id,
    sites.country,
    count(*) as sites,
    string_agg(distinct sites.city, '|' order by sites.city) as cities
from core.trial_sites as sites
semi join landscape.shown
    on sites.snapshot_id = shown.snapshot_id and sites.nct_id = shown.nct_id
where not sites.is_country_flagged
group by sites.nct_id, sites.country
