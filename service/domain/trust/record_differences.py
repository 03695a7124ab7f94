"""What the comparison of rows with the record may find, and its result for a row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from service.domain.errors import N_

SENTENCES: Mapping[str, str] = {
    "chain": N_("Entry {id} of the record is damaged or was changed."),
    "erased": N_("Entry {id} of the record was emptied, and no later entry says so."),
    "missing": N_("The record names a row that is missing: {table} {id}."),
    "unnamed": N_("A row was added that no entry of the record names: {table} {id}."),
    "column": N_("“{column}” differs from the record: {table} {id}."),
    "text": N_("A text or its title differs from the record: version {id}."),
    "rule": N_("The rule or the list of organisations differs from the record: round {id}."),
    "terms": N_("What was fixed when the round opened differs from the record: round {id}."),
    "statement": N_("A signed statement differs from the record: answer {id}."),
    "position": N_("An answer differs from its signed statement: answer {id}."),
    "reservation": N_("A reservation differs from the signed statement: answer {id}."),
    "signer": N_("The person who signed differs from the signed statement: answer {id}."),
    "sentence": N_("The sentence that was shown differs from the signed statement: answer {id}."),
    "mandate": N_("The mandate differs from the signed statement: answer {id}."),
    "withdrawal": N_("A withdrawal differs from the record: answer {id}."),
    "dispute": N_("A dispute differs from the record: dispute {id}."),
    "seal": N_("A seal differs from the record: seal {id}."),
    "revision": N_("A published revision differs from the record: publication {id}."),
    "translation": N_("A translation differs from the record: translation {id}."),
    "file": N_("A stored file differs from its fingerprint: file {id}."),
    "trigger": N_("A protection of the database is missing or was changed: {id}."),
    "privilege": N_("The service may do more in the database than it should: {id}."),
}
"""Kind of a difference → sentence."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that differs: its table, its key as text, and for the kind `column` the column."""

    kind: str
    table: str
    id: str
    column: str = ""

    @property
    def sentence(self) -> str:
        """The message id of what differs."""
        return SENTENCES[self.kind]

    @property
    def params(self) -> Mapping[str, str]:
        """Values of the placeholders of the sentence."""
        return {"table": self.table, "id": self.id, "column": self.column}


@dataclass(slots=True)
class RecordReport:
    """The result of a comparison: `entries` of the record read; rows that agree; rows that no entry binds; differences.

    A row is not bound if no entry of its time says what it holds: releases before 0.2 bound less. That is no error.
    """

    entries: int = 0
    agrees: int = 0
    unbound: int = 0
    differences: list[Difference] = field(default_factory=list)

    def add_row(self, differences: Sequence[Difference], *, bound: bool) -> None:
        """Count a row, with what differs in it; `bound` if an entry of its time says all of consequence."""
        self.differences.extend(differences)
        if not differences and bound:
            self.agrees += 1
        elif not differences:
            self.unbound += 1
