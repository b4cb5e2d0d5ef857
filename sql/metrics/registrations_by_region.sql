-- one row per snapshot, year of registration and region
-- paper: Figure 2, section 3.1
-- numerator: trials of the cohort first posted in the year, by region
-- denominator: none; regions sum to the year's trials
-- why: China and the United States lead the field, at different paces
-- key: registration_year (undated), region
-- among: cohort
-- facets: year = {registration_year} and region = {region}
-- counts: trials, each trial once, as share of cohort
-- figure: years by region
-- caption: By year of registration, and region of most sites, else of the sponsor.
-- trials: trials first posted in that year in that region
select
    snapshot_id,
    registration_year,
    region,
    count(*) as trials
from core.trials
where is_in_cohort
group by snapshot_id, registration_year, region
order by snapshot_id, registration_year nulls last, region
