-- one row per snapshot, measure and need that the source of some trial does not carry
-- paper: none
-- numerator: trials of the cohort whose source carries the field
-- denominator: trials of the cohort
-- why: what a source lacks is unknown; where none of the sources carries it, the measure says so instead of a number
-- key: metric, need
-- metric: the measure, a table of metrics
-- need: number of the need in the measure's header
-- fields: what is needed, in words; any one of several is enough
-- is_in_source: whether the source of any trial carries it; the measure is left out where none does
-- carrying_trials: trials of the cohort whose source carries it
-- trials: trials of the cohort
-- said: what the page says beside the measure, or instead of it
with trials as (
    select
        trials.snapshot_id,
        registrations.form,
        registrations.is_in_part,
        count(*) as trials
    from core.trials
    inner join raw.registrations using (snapshot_id, nct_id)
    where trials.is_in_cohort
    group by trials.snapshot_id, registrations.form, registrations.is_in_part
),

named as (
    select
        needs.*,
        needed.place as alternative,
        needed.field,
        fields.words
    from meta.needs as needs
    cross join unnest(needs.fields) with ordinality as needed (field, place)
    inner join meta.needed_fields as fields using (field)
),

carried as (
    select
        trials.snapshot_id,
        trials.form,
        trials.is_in_part,
        any_value(trials.trials) as trials,
        named.metric,
        named.need,
        string_agg(named.words, ' or ' order by named.alternative) as fields,
        bool_or(coalesce(carried_fields.is_carried, true)) as is_carried
    from trials
    cross join named
    left join core.carried_fields
        on
        trials.snapshot_id = carried_fields.snapshot_id
        and trials.form = carried_fields.form
        and trials.is_in_part = carried_fields.is_in_part
        and named.field = carried_fields.field
    group by trials.snapshot_id, trials.form, trials.is_in_part, named.metric, named.need
),

counted as (
    select
        snapshot_id,
        metric,
        need,
        any_value(fields) as fields,
        bool_or(is_carried) as is_in_source,
        coalesce(sum(trials) filter (where is_carried), 0)::bigint as carrying_trials,
        sum(trials)::bigint as trials
    from carried
    group by snapshot_id, metric, need
    having not bool_and(is_carried)
),

worded as (
    select
        counted.*,
        concat_ws(
            ', ',
            nullif(replace(array_to_string(needs.columns, ', '), '_', ' '), ''),
            case
                when needs.place is not null
                    then
                        replace(needs.place, '_', ' ') || if(needs.is_other, ' other than ', ' ')
                        || array_to_string(needs.values, ', ')
            end
        ) as part
    from counted
    inner join meta.needs as needs using (metric, need)
),

final as (
    select
        * exclude (part),
        if(part = '', '', upper(part[1]) || part[2:] || ': ')
        || case
            when not is_in_source then 'not in this source: ' || fields
            else format('only the sources of {:,} of {:,} trials carry ', carrying_trials, trials) || fields
        end as said
    from worded
)

select * from final
order by snapshot_id, metric, need
