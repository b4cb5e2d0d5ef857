-- must hold: every target, disease group, vector and construct label of an eligible trial has an assertion
-- severity: critical
select distinct
    labels.snapshot_id,
    labels.nct_id,
    labels.attribute,
    labels.value
from core.labels as labels
inner join core.trials as trials using (snapshot_id, nct_id)
left join core.assertions as assertions using (snapshot_id, nct_id, attribute, value)
where
    trials.is_eligible
    and labels.value <> 'unstated'
    and labels.attribute in (
        'targets', 'diseases', 'costimulatory_domains', 'generation_stated', 'vectors', 'cell_sources',
        'gene_edits', 'armouring', 'combinations', 'products'
    )
    and assertions.nct_id is null
