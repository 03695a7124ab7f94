"""What pages and files say of a seal, read from its content whatever its format."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from service.domain.endorsement.terms import APPROVAL

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SealedFacts:
    """The facts of a seal. Times in µs UTC.

    `date` is the ISO date that the text bears, empty for the day of approval. `endorsements` are the answers that are
    named; `abstained`, `declined` and `silent` count the organisations that are not, and are 0 where all are named.
    `names` has the names of every named organisation, by id. `waived` are the files without proofs on which the round
    opened.
    """

    document: Content
    front: Content
    letterhead: Content
    date: str
    wording: int
    round: Content
    endorsements: tuple[Content, ...]
    names: Mapping[str, Mapping[str, str]]
    members: int
    endorsed: int
    reserved: int
    abstained: int
    declined: int
    silent: int
    waived: tuple[Content, ...] = ()

    @property
    def unnamed(self) -> int:
        """Return the number of organisations that are counted without being named."""
        return self.abstained + self.declined + self.silent


def read_seal(content: Content) -> SealedFacts:
    """Read the content of a seal of format 1 or 2."""
    return _read_v2(content) if content["v"] == 2 else _read_v1(content)


def _read_v1(content: Content) -> SealedFacts:
    positions = [one["position"] for one in content["endorsements"]]
    roll = content["round"]["roll"]
    return SealedFacts(
        document=content["document"],
        front=content["document"]["front"],
        letterhead=content["letterhead"],
        date="",
        wording=1,
        round=content["round"],
        endorsements=tuple(content["endorsements"]),
        names={entry["organisation"]: entry["names"] for entry in roll},
        members=len(roll),
        endorsed=sum(position.startswith("endorse") for position in positions),
        reserved=positions.count("endorse_with_reservation"),
        abstained=0,
        declined=0,
        silent=0,
    )


def _read_v2(content: Content) -> SealedFacts:
    terms, outcome, endorsements = content["terms"], content["outcome"], content["endorsements"]
    named = [one["position"] for one in endorsements]
    roll = content["round"].get("roll")
    return SealedFacts(
        document=content["document"],
        front=terms["front"],
        letterhead=terms["letterhead"],
        date="" if terms["date"] == APPROVAL else terms["date"],
        wording=terms["wording"],
        round=content["round"],
        endorsements=tuple(endorsements),
        names={one["organisation"]: one["names"] for one in (*endorsements, *(roll or ()))},
        members=outcome["members"],
        endorsed=outcome["endorsed"] + outcome["reserved"],
        reserved=outcome["reserved"],
        abstained=outcome["abstained"] - named.count("abstain"),
        declined=outcome["declined"] - named.count("decline"),
        silent=0 if roll else outcome["silent"],
        waived=tuple((terms.get("without_proof") or {}).get("files", ())),
    )
