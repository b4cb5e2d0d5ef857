-- one row per snapshot, trial and site
-- why: where a trial takes place; contacts stay in the raw schema
-- key: nct_id, site_position
-- site_position: its place in the record's list, from 1
-- facility: name of the hospital or centre as written
-- city: as written
-- state: as written
-- country: the registry's country name
-- latitude: degrees north, as the registry placed the city
-- longitude: degrees east, as the registry placed the city
with studies as (
    select * from staging.studies
    semi join core.labels using (snapshot_id, nct_id)
),

listed as (
    select
        studies.snapshot_id,
        studies.nct_id,
        entry.position as site_position,
        studies.contacts_locations_module.locations[entry.position] as site
    from studies,
        unnest(generate_series(1, len(studies.contacts_locations_module.locations))) as entry (position)
),

sites as (
    select
        snapshot_id,
        nct_id,
        site_position,
        site.facility as facility,
        site.city as city,
        site.state as state,
        coalesce(nullif(trim(site.country), ''), 'unstated') as country,
        site.status as site_status,
        site.geopoint.lat as latitude,
        site.geopoint.lon as longitude
    from listed
    where site is not null
),

final as (
    select
        sites.*,
        sites.country <> 'unstated' and countries.country is null as is_country_flagged
    from sites
    left join meta.countries using (country)
)

select * from final
