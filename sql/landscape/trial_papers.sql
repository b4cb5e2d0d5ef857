-- one row per trial and paper that was accepted as the trial's
-- why: links still to be judged, and those rejected with their reasons, are in core.trial_publications
-- paper_key: names the paper
-- pmid: PubMed number, null where it has none
-- doi: digital object identifier, null where unknown
-- title: of the paper
-- journal: as the source names it
-- publication_date: first day that the stated date can mean
-- kind: what sort of paper it is, as meta.publication_kinds lists them
-- counts_as_published: whether the study protocol counts the kind as published
-- decided_by: criteria or person that accepted it
select
    papers.nct_id,
    papers.paper_key,
    papers.pmid,
    papers.doi,
    papers.title,
    papers.journal,
    papers.publication_date,
    papers.kind,
    kinds.counts_as_published,
    papers.decided_by
from core.trial_publications as papers
semi join landscape.shown
    on papers.snapshot_id = shown.snapshot_id and papers.nct_id = shown.nct_id
left join core.trial_publication_kinds as kinds
    on papers.snapshot_id = kinds.snapshot_id and papers.nct_id = kinds.nct_id and papers.kind = kinds.kind
where papers.decision = 'accept'
