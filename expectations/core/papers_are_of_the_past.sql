-- must hold: no paper is dated after the day on which it was looked for; such papers are in quarantine
-- severity: warning
select
    nct_id,
    paper_key,
    publication_date
from core.papers_in_quarantine
