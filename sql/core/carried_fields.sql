-- one row per snapshot, form of its records and field that a measure needs
-- why: what a source lacks is unknown, not a category
-- key: form, is_in_part, field
-- form: the form in which the records were received: api, aact, ictrp, ctis ...
-- is_in_part: records that lack what their registry gives of every study
-- field: path of the field, as in meta.needed_fields
-- words: what the field is called
-- records: records of the form
-- stating_records: those that state the field
-- is_declared_absent: whether the form never fills it, as its reader says
-- is_carried: not declared absent, and stated by a record, or usually stated by too few records to tell
with counted as (
    select * from raw.carried_fields
),

final as (
    select
        counted.snapshot_id,
        counted.form,
        counted.is_in_part,
        counted.field,
        fields.words,
        counted.records,
        counted.stating_records,
        counted.is_declared_absent,
        not counted.is_declared_absent
        and (
            counted.stating_records > 0
            or counted.records * fields.usual_share < $smallest_number_judged::integer
        ) as is_carried
    from counted
    inner join meta.needed_fields as fields using (field)
)

select * from final
order by snapshot_id, form, is_in_part, field
