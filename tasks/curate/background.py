"""Records of a whole registry that are of something else: in the warehouse, a line each is enough of them.

A file of 600,000 registrations holds some 3,000 of CAR-T. Of the others the snapshot keeps every byte, and the
warehouse their number and title, so that none vanishes and what is counted of the trials costs what the trials cost.
"""

from collections.abc import Container

import polars

from tasks.curate.engine.vocabularies import Vocabularies
from tasks.curate.study import is_near
from tasks.registry.readers.spellings import REGISTRIES, read_table
from tasks.registry.study import Study


def may_be_background(contents: polars.DataFrame, most_unfound: int | None) -> polars.DataFrame:
    """Records, with `may_be_background`: whether a look into their texts decides how much is kept of them.

    `contents`: nct_id, and is_found, whether a search found the record. Only where there are more than `most_unfound`
    that no search found, and all are of one registry: those of several are joined to trials by the numbers that they
    state, whatever else they say.
    """
    unfound = contents.height - int(contents["is_found"].sum())
    is_whole_registry = most_unfound is not None and unfound > most_unfound and are_of_one_registry(contents["nct_id"])
    return contents.with_columns(may_be_background=~polars.col("is_found") & is_whole_registry)


def are_of_one_registry(numbers: polars.Series) -> bool:
    """Whether all numbers are written as one registry writes them."""
    patterns = (row["pattern"] for row in read_table(REGISTRIES))
    return any(numbers.str.contains(f"(?i)^(?:{pattern})$").all() for pattern in patterns)


def is_background(study: Study, vocabularies: Vocabularies, decided: Container[str]) -> bool:
    """Whether no word of CAR-T stands in the texts that curation reads, and no person decided on the record."""
    return study.nct_id not in decided and not is_near(study, vocabularies)
