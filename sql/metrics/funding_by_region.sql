-- one row per snapshot, funding source and region
-- paper: Table 1
-- numerator: trials of the cohort with the funding source, by region
-- denominator: trials of the cohort in the region
-- why: who pays, and how it differs between China and the rest
-- key: region, funding_source
-- among: cohort
-- facets: region = {region} and funding_source = {funding_source}
-- counts: trials, each trial once, as share of each region
-- needs: sponsorCollaboratorsModule.leadSponsor.class
-- needs: sponsorCollaboratorsModule.collaborators.class
-- trials: trials with that funding source in that region
-- percentage: of the region's trials
select
    snapshot_id,
    funding_source,
    region,
    count(*) as trials,
    100.0 * count(*) / sum(count(*)) over (partition by snapshot_id, region) as percentage
from core.trials
where is_in_cohort
group by snapshot_id, funding_source, region
order by snapshot_id, funding_source, region
