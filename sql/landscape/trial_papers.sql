-- one row per trial and paper that was accepted as the trial's
-- why: links still to be judged, and those rejected with their reasons, are in core.trial_publications
-- paper_key: names the paper
-- pmid: PubMed number, null where it has none
-- doi: digital object identifier, null where unknown
-- title: of the paper
-- journal: as the source names it
-- publication_date: first day that the stated date can mean
-- is_results: whether it reports results
-- decided_by: criteria or person that accepted it
select
    papers.nct_id,
    papers.paper_key,
    papers.pmid,
    papers.doi,
    papers.title,
    papers.journal,
    papers.publication_date,
    papers.is_results,
    papers.decided_by
from core.trial_publications as papers
semi join landscape.shown
    on papers.snapshot_id = shown.snapshot_id and papers.nct_id = shown.nct_id
where papers.decision = 'accept'
