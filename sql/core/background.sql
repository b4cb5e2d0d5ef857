-- one row per snapshot and record of a whole registry that is of something else
-- why: of so many records a line each is enough (landscape.toml, limits); the snapshot holds them in full
-- key: nct_id
-- brief_title: as written
-- eligibility: ineligible
-- exclusion_reason: other
-- search_count: searches that found it: none
-- found_by: nothing
-- is_found_by_search: false
-- is_found_by_paper_search: false
-- is_eligible: false: no word of CAR-T stands in it
-- is_boundary: false
-- screening_step: the step of the flow diagram at which the record is counted
-- is_in_cohort: false
select
    snapshot_id,
    nct_id,
    brief_title,
    'ineligible' as eligibility,
    'other' as exclusion_reason,
    0 as search_count,
    'nothing' as found_by,
    false as is_found_by_search,
    false as is_found_by_paper_search,
    false as is_eligible,
    false as is_boundary,
    'found by no search' as screening_step,
    false as is_in_cohort
from raw.background
