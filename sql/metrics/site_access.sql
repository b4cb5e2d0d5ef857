-- one row per snapshot, country, and state or province of the largest countries
-- paper: section 3.1 counts trials by country
-- numerator: centres of the cohort's trials
-- denominator: ten million people who live there, by curation/populations.tsv
-- why: where people can take part, and how far it is to the next city that has a site
-- key: country, province (all)
-- needs: contactsLocationsModule.locations.city
-- needs: contactsLocationsModule.locations.facility for centres, recruiting_centres, centres_per_ten_million,
--   recruiting_centres_per_ten_million
-- country: the registry's country name
-- province: state or province, null for the whole country
-- trials: trials of the cohort with a site there
-- centres: facilities of its cities, each once as written; case and punctuation do not count
-- recruiting_centres: those where a site recruits, or states nothing in a trial that recruits
-- cities: cities with a site
-- people: people who live there; null where curation/populations.tsv holds none
-- population_year: year of that number
-- centres_per_ten_million: centres for ten million people
-- recruiting_centres_per_ten_million: recruiting centres for ten million people
-- median_kilometres: from a city with a site to the nearest other one in the country, as the crow flies
with sites as (
    select
        sites.snapshot_id,
        sites.nct_id,
        countries.country,
        countries.iso_alpha3,
        coalesce(states.province, towns.province) as province,
        comparable_text(sites.city) as city,
        comparable_text(sites.city) || ' ' || comparable_text(sites.facility) as centre,
        sites.latitude,
        sites.longitude,
        coalesce(sites.site_status, trials.overall_status) = 'RECRUITING' as is_recruiting
    from core.trial_sites as sites
    inner join core.trials using (snapshot_id, nct_id)
    inner join meta.countries using (country)
    left join meta.province_names as states
        on countries.iso_alpha3 = states.iso_alpha3 and comparable_text(sites.state) = comparable_text(states.written)
    left join meta.province_names as towns
        on countries.iso_alpha3 = towns.iso_alpha3 and comparable_text(sites.city) = comparable_text(towns.written)
    where trials.is_in_cohort
),

places as (
    select
        *,
        null as counted_province
    from sites
    union all
    select
        sites.*,
        sites.province as counted_province
    from sites
    where sites.province is not null
),

counted as (
    select
        snapshot_id,
        iso_alpha3,
        counted_province as province,
        count(distinct nct_id) as trials,
        count(distinct centre) as centres,
        count(distinct centre) filter (where is_recruiting) as recruiting_centres,
        count(distinct city) as cities
    from places
    group by snapshot_id, iso_alpha3, counted_province
),

towns as (
    select
        snapshot_id,
        iso_alpha3,
        counted_province as province,
        city,
        -- decimals: a mean of floating numbers depends on their order
        avg(latitude::decimal(18, 12)) as latitude,
        avg(longitude::decimal(18, 12)) as longitude
    from places
    where
        -- what is no place on the globe is a slip of the record
        latitude between -90 and 90
        and longitude between -180 and 180
        and city is not null
    group by snapshot_id, iso_alpha3, counted_province, city
),

nearest as (
    select
        towns.snapshot_id,
        towns.iso_alpha3,
        towns.province,
        min(kilometres_between(towns.latitude, towns.longitude, others.latitude, others.longitude)) as kilometres
    from towns
    inner join towns as others
        on
        towns.snapshot_id = others.snapshot_id
        and towns.iso_alpha3 = others.iso_alpha3
        and towns.city <> others.city
        and others.province is null
    group by towns.snapshot_id, towns.iso_alpha3, towns.province, towns.city
),

distances as (
    select
        snapshot_id,
        iso_alpha3,
        province,
        median(kilometres) as median_kilometres
    from nearest
    group by snapshot_id, iso_alpha3, province
),

areas as (
    select
        snapshots.snapshot_id,
        populations.iso_alpha3,
        populations.province
    from meta.populations
    cross join raw.snapshots
    union
    select
        snapshot_id,
        iso_alpha3,
        province
    from counted
),

country_names as (
    select
        iso_alpha3,
        min(country) as country
    from meta.countries
    group by iso_alpha3
),

final as (
    select
        areas.snapshot_id,
        country_names.country,
        areas.province,
        coalesce(counted.trials, 0) as trials,
        coalesce(counted.centres, 0) as centres,
        coalesce(counted.recruiting_centres, 0) as recruiting_centres,
        coalesce(counted.cities, 0) as cities,
        populations.people,
        populations.year as population_year,
        1e7 * coalesce(counted.centres, 0) / populations.people as centres_per_ten_million,
        1e7 * coalesce(counted.recruiting_centres, 0) / populations.people as recruiting_centres_per_ten_million,
        distances.median_kilometres
    from areas
    inner join country_names using (iso_alpha3)
    left join counted
        on
        areas.snapshot_id = counted.snapshot_id
        and areas.iso_alpha3 = counted.iso_alpha3
        and areas.province is not distinct from counted.province
    left join distances
        on
        areas.snapshot_id = distances.snapshot_id
        and areas.iso_alpha3 = distances.iso_alpha3
        and areas.province is not distinct from distances.province
    left join meta.populations
        on areas.iso_alpha3 = populations.iso_alpha3 and areas.province is not distinct from populations.province
)

select * from final
order by snapshot_id asc, province asc nulls first, centres desc, country asc
