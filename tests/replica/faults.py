"""What can go wrong between a registry and those who ask it."""

import random
import threading
from dataclasses import dataclass, field

KINDS = {
    "slow": "answers late",
    "429": "too many requests, without a hint when to come back",
    "429-retry-after": "too many requests, with Retry-After",
    "500": "an error of the server",
    "relayed-400": "PubMed relays a failure of the machines behind it as HTTP 400 with an error body",
    "403": "turned away by a web firewall",
    "html": "a web page with status 200",
    "truncated": "JSON that ends in the middle, the HTTP answer itself whole",
    "dropped": "the connection breaks in the middle of the answer",
    "empty-page": "before a page of studies, one without that has a token nevertheless",
    "short": "half of the studies that it announces",
    "nothing": "no study, whatever is asked",
    "token-loop": "a page whose token leads to itself",
    "lost-token": "a page token is not known any more",
    "changed-shape": "CTIS: a record in another shape than was observed",
    "moving-once": "the data timestamp changes once, after the first look",
    "moving-always": "the data timestamp changes at every look",
}


@dataclass
class Fault:
    """One kind of trouble: always, or at a rate between 0 and 1, or `first` times; begins `after` so many requests."""

    kind: str
    rate: float = 1.0
    first: int | None = None
    after: int = 0
    seen: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown fault {self.kind!r}; one of: {', '.join(KINDS)}")

    @classmethod
    def parse(cls, text: str) -> "Fault":
        """`500` is always, `500:0.2` one request in five, `500:x3` the first three."""
        kind, _, measure = text.partition(":")
        if measure.startswith("x"):
            return cls(kind, first=int(measure[1:]))
        return cls(kind, rate=float(measure or 1))


class Faults:
    """Draws, for each request, the kinds of trouble that it meets."""

    def __init__(self, faults: list[Fault], seed: int) -> None:
        self.faults = faults
        self.random = random.Random(seed)
        self.lock = threading.Lock()

    def has(self, kind: str) -> bool:
        """Whether this kind was asked for at all."""
        return any(fault.kind == kind for fault in self.faults)

    def strikes(self, *kinds: str) -> str | None:
        """The first of these kinds that strikes now, if one does."""
        with self.lock:
            for fault in self.faults:
                if fault.kind in kinds and self._strikes(fault):
                    return fault.kind
        return None

    def _strikes(self, fault: Fault) -> bool:
        fault.seen += 1
        if fault.seen <= fault.after:
            return False
        if fault.first is not None:
            return fault.seen <= fault.after + fault.first
        return self.random.random() < fault.rate
