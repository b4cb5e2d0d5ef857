-- Small readings of registry text that several models share; they live beside the warehouse while it is built.

-- '2019', '2019-03' or '2019-03-15' as the first day that it can mean; anything else, like the year 0, is null
create or replace macro registry_date(written) as
case
    when regexp_full_match(written, '[0-9]{4}(-[0-9]{2}){0,2}') and written >= '0001'
        then try_strptime(written, ['%Y-%m-%d', '%Y-%m', '%Y'])::date
end;

-- how much of the date the registry states
create or replace macro registry_date_precision(written) as
case
    when registry_date(written) is null then null
    when length(written) = 10 then 'day'
    when length(written) = 7 then 'month'
    else 'year'
end;

-- '18 Years', '6 Months' or '1 Day' in years; anything else, like 'N/A', is null
create or replace macro age_in_years(written) as
try_cast(regexp_extract(written, '^\s*([0-9]+)', 1) as double)
/ case lower(regexp_extract(written, '([A-Za-z]+?)s?\s*$', 1))
    when 'year' then 1
    when 'month' then 12
    when 'week' then 52.18
    when 'day' then 365.25
    when 'hour' then 8766
    when 'minute' then 525960
end;

-- the last day that a date of the registry can mean
create or replace macro registry_last_date(written) as
case registry_date_precision(written)
    when 'year' then (registry_date(written) + interval 1 year - interval 1 day)::date
    when 'month' then (registry_date(written) + interval 1 month - interval 1 day)::date
    else registry_date(written)
end;

-- a registration beside the start: what holds whichever day the stated start means, else unknown
create or replace macro timing_on(registered, start_day, grace_days) as
case
    when registered <= start_day then 'prospective'
    when registered <= start_day + grace_days then 'within ' || grace_days || ' days'
    when registered > start_day + grace_days then 'after'
    else 'unknown'
end;

create or replace macro registration_timing_of(registered, written_start, grace_days) as
case
    when
        timing_on(registered, registry_date(written_start), grace_days)
        = timing_on(registered, registry_last_date(written_start), grace_days)
        then timing_on(registered, registry_date(written_start), grace_days)
    else 'unknown'
end;

-- kilometres between two places in degrees, on a sphere of the earth's mean radius
create or replace macro kilometres_between(latitude, longitude, other_latitude, other_longitude) as
2 * 6371.0088 * asin(least(1, sqrt(
    pow(sin(radians(other_latitude - latitude) / 2), 2)
    + cos(radians(latitude)) * cos(radians(other_latitude)) * pow(sin(radians(other_longitude - longitude) / 2), 2)
)));

-- a title or an id without case, spaces and punctuation, to compare registrations by
create or replace macro comparable_text(written) as
regexp_replace(lower(written), '[^\pL\pN]+', '', 'g');

-- what a record says of people, cut out of it so that its other texts need not be read
create or replace macro people_named_in(study) as
json_object(
    'protocolSection', json_object(
        'identificationModule', json_object('nctId', study -> '$.protocolSection.identificationModule.nctId'),
        'sponsorCollaboratorsModule', study -> '$.protocolSection.sponsorCollaboratorsModule',
        'contactsLocationsModule', study -> '$.protocolSection.contactsLocationsModule'
    ),
    'resultsSection', json_object('moreInfoModule', study -> '$.resultsSection.moreInfoModule')
);

-- the running number of an NCT number, which rises with the day of registration; null for another registry's number
create or replace macro nct_serial(nct_id) as
case when regexp_full_match(nct_id, 'NCT[0-9]{8}') then substr(nct_id, 4)::bigint end;

-- Wilson's interval of a share in percent, null without a whole or where the part is no part of it
create or replace macro wilson_bounds(part, whole, z) as
case
    when part between 0 and whole and whole > 0
        then {
            'low': 100 * (part + z * z / 2 - z * sqrt(part * (whole - part)::double / whole + z * z / 4))
            / (whole + z * z),
            'high': 100 * (part + z * z / 2 + z * sqrt(part * (whole - part)::double / whole + z * z / 4))
            / (whole + z * z)
        }
end;
