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
select assertions.* exclude (snapshot_id)
from core.assertions
semi join landscape.shown
    on assertions.snapshot_id = shown.snapshot_id and assertions.nct_id = shown.nct_id
