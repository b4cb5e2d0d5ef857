-- one row per snapshot and country
-- paper: section 3.1
-- numerator: trials of the cohort with a site in the country
-- denominator: trials of the cohort; a trial counts in each of its countries
-- why: where people can take part
-- key: country
-- among: cohort
-- facets: country = {country}
-- counts: trials, as share of cohort
-- needs: contactsLocationsModule.locations.country
-- figure: world
-- title: Where the trials are
-- caption: Countries by trials with at least one site there, on a logarithmic scale; a trial counts in each.
-- country: the registry's country name, unstated where a trial lists no site in a country of the registry's list
-- trials: trials with at least one site there
-- sites: sites there; null for trials that list none
-- percentage: of the cohort's trials
with cohort as (
    select * from core.trials
    where is_in_cohort
),

final as (
    select
        cohort.snapshot_id,
        coalesce(sites.country, 'unstated') as country,
        count(distinct cohort.nct_id) as trials,
        nullif(count(sites.site_position), 0) as sites,
        100.0 * count(distinct cohort.nct_id) / any_value(cohort_size.trials) as percentage
    from cohort
    inner join metrics.cohort_size using (snapshot_id)
    left join core.trial_sites as sites
        on cohort.snapshot_id = sites.snapshot_id
        and cohort.nct_id = sites.nct_id
        and not sites.is_country_flagged
    group by cohort.snapshot_id, coalesce(sites.country, 'unstated')
)

select * from final
order by snapshot_id asc, trials desc, country asc
