"""Curation: from a registration to labels, each with the words that say so."""

from tasks.curate.engine.attributes import ATTRIBUTES
from tasks.curate.engine.decisions import Decision, apply_decisions
from tasks.curate.engine.records import UNSTATED, Assertion, Conflict, Curation
from tasks.curate.engine.vocabularies import Vocabularies, load_vocabularies
from tasks.curate.labels import label_row, write_labels
from tasks.curate.study import curate_studies, curate_study

__all__ = [
    "ATTRIBUTES",
    "UNSTATED",
    "Assertion",
    "Conflict",
    "Curation",
    "Decision",
    "Vocabularies",
    "apply_decisions",
    "curate_studies",
    "curate_study",
    "label_row",
    "load_vocabularies",
    "write_labels",
]
