-- one row per trial and sponsor or collaborator
-- why: a firm and its parent, or two spellings of a hospital, are one party
-- party: sponsor or collaborator under the name that the gazetteer counts it by, else as written
-- written_names: the names as written, joined by |
-- is_lead: whether it leads the trial
select
    parties.nct_id,
    parties.party,
    parties.written_names,
    parties.is_lead
from core.trial_parties as parties
semi join landscape.shown
    on parties.snapshot_id = shown.snapshot_id and parties.nct_id = shown.nct_id
