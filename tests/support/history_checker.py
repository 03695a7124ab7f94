"""What clients did and were told, compared with what is there in the end.

`ok`: the service said yes, so the act is there exactly once. `fail`: it said no, so the act is not there. `unknown`:
the line broke before an answer, or the service itself does not know; it may be there, once.
"""

import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from service.domain.trust.leaf import Leaf, verify

Outcome = Literal["ok", "fail", "unknown"]
LIMITS: Mapping[Outcome, tuple[int, int]] = {"ok": (1, 1), "fail": (0, 0), "unknown": (0, 1)}
"""How often an act of this outcome may be found: at least, at most."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act of a client: `mark` is found in what it changed, and in nothing else."""

    kind: str
    mark: str
    outcome: Outcome
    said: str = ""


@dataclass
class History:
    """Acts in the order their answers came, from any number of threads."""

    acts: list[Act] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, act: Act) -> None:
        with self._lock:
            self.acts.append(act)

    def count(self, kind: str, outcome: Outcome) -> int:
        return sum((act.kind, act.outcome) == (kind, outcome) for act in self.acts)

    def told(self) -> str:
        """How many acts of each kind came to what, in one line."""
        counts = Counter((act.kind, act.outcome) for act in self.acts)
        return ", ".join(f"{kind} {outcome} {count}" for (kind, outcome), count in sorted(counts.items()))


def faults(acts: Iterable[Act], found: Mapping[str, Iterable[str]]) -> list[str]:
    """What does not agree. `found` lists the marks that are there, by kind, each as often as it is there."""
    counts = {kind: Counter(marks) for kind, marks in found.items()}
    wrong = []
    for act in acts:
        least, most = LIMITS[act.outcome]
        times = counts[act.kind][act.mark]
        if not least <= times <= most:
            wrong.append(f"{act.kind} {act.mark} was answered {act.outcome} ({act.said}) and is there {times} times")
    known = {(act.kind, act.mark) for act in acts}
    for kind, marks in counts.items():
        wrong += [f"{kind} {mark} is there and nobody did it" for mark in marks if (kind, mark) not in known]
    return wrong


def record_faults(rows: list[Leaf]) -> list[str]:
    """Gaps in the record, and rows whose commitment or link does not recompute."""
    seqs = [row.seq for row in rows]
    wrong = [] if seqs == list(range(1, len(seqs) + 1)) else [f"the record is not contiguous: {len(seqs)} rows"]
    broken = verify(rows)
    return (
        wrong
        if broken is None
        else [*wrong, f"row {rows[broken.index].seq} of the record does not recompute: {broken.what}"]
    )
