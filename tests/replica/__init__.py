"""A stand-in for ClinicalTrials.gov, PubMed and Europe PMC on loopback, with faults on request.

It shares no code with the program that it stands in front of. It searches the fields that the registry searches,
but has no synonyms and ranks nothing: studies come in the order of the file.
"""

from tests.replica.faults import Fault
from tests.replica.server import Replica, Request

__all__ = ["Fault", "Replica", "Request"]
