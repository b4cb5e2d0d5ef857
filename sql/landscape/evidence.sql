-- one row per trial, attribute, value and place that says so
-- why: the words behind every label
-- attribute: what is labelled
-- value: label
-- kind: stated, derived, product, inferred or decided
-- field: path of the field in the registry's record
-- start: where the quote begins in the field's text
-- end: where it ends
-- quote: exactly the words of the record
-- rule: the rule that read them
-- confidence: how sure the rule is, 0 to 1
-- source_field: the field in the record as its source gave it, null where that is the same
-- source_start: where the quote begins in the text of that field
select
    assertions.* exclude (snapshot_id),
    source_fields.source_field,
    assertions.start - source_fields.start + source_fields.source_start as source_start
from core.assertions as assertions
semi join landscape.shown
    on assertions.snapshot_id = shown.snapshot_id and assertions.nct_id = shown.nct_id
asof left join raw.source_fields as source_fields
    on
    assertions.snapshot_id = source_fields.snapshot_id
    and assertions.nct_id = source_fields.nct_id
    and assertions.field = source_fields.field
    and assertions.start >= source_fields.start
