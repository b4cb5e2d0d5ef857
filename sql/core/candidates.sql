-- one row per snapshot, trial, attribute and candidate
-- why: antigens and partner drugs that no vocabulary knows, with their words; none is a label of targets yet
-- key: nct_id, attribute, candidate
-- attribute: target_candidates or combination_candidates
-- candidate: the word as the value that it would be
-- is_confirmed: whether an open list knows it: a gene's symbol (meta.gene_symbols), or a drug's ending
-- gene_name: name of the gene whose symbol it is, null where it is none
-- field: path of the text in the registry's record
-- start: first character of the words in that text, from 0
-- end: character after the last
-- quote: the words themselves
with candidates as (
    select
        snapshot_id,
        nct_id,
        attribute,
        value as candidate
    from core.labels
    where
        attribute in ('target_candidates', 'combination_candidates')
        and value <> 'unstated'
),

final as (
    select
        candidates.snapshot_id,
        candidates.nct_id,
        candidates.attribute,
        candidates.candidate,
        candidates.attribute = 'combination_candidates' or genes.symbol is not null as is_confirmed,
        genes.name as gene_name,
        assertions.field,
        assertions.start,
        assertions."end",
        assertions.quote
    from candidates
    left join core.assertions
        on
        candidates.snapshot_id = assertions.snapshot_id
        and candidates.nct_id = assertions.nct_id
        and candidates.attribute = assertions.attribute
        and candidates.candidate = assertions.value
    left join meta.gene_symbols as genes
        on
        candidates.attribute = 'target_candidates'
        and candidates.candidate = upper(genes.symbol)
)

select * from final
order by snapshot_id, nct_id, attribute, candidate
