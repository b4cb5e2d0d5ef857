-- one row per attribute and value that a label may have
-- why: what each code stands for, and the words to search it by; join it on attribute and value
-- attribute: what is labelled
-- value: the code
-- name: what the code stands for; the code itself where it is a word
-- synonyms: other words for it, joined by |, of targets with symbol and name of the gene
select
    attribute,
    value,
    name,
    synonyms
from meta.codes
