"""A version: numbered, immutable, titles and texts of all editions, chained to its parent by digest."""

from collections.abc import Mapping
from dataclasses import dataclass

from service.domain.text.structure.numbering import AUTOMATIC, NUMBERING_RULES, TYPED
from service.domain.trust.canonical_json import digest

VERSION_DOMAIN = "mithaq.version.v1"


@dataclass(frozen=True, slots=True)
class EditionText:
    """One edition of a version, and the position (epoch, seq) in its journal where it was cut."""

    title: str
    text: str
    text_sha256: str
    epoch: int
    seq: int


@dataclass(frozen=True, slots=True)
class Version:
    """A version with its texts; `cut_at` in µs UTC, `parent_sha256` is None for the first.

    `line_rules` names the rules by which its lines are numbered, None for a version older than they are.
    """

    id: str
    document: str
    number: int
    parent_sha256: str | None
    version_sha256: str
    kind: str
    issued_by: str
    authentic: tuple[str, ...]
    cut_by: str
    cut_at: int
    note: str
    editions: Mapping[str, EditionText]
    numbering: str = TYPED
    line_rules: str | None = None


@dataclass(frozen=True, slots=True)
class VersionSummary:
    """A version without its texts, for lists."""

    number: int
    parent_sha256: str | None
    version_sha256: str
    cut_at: int
    note: str


def version_sha256(
    *,
    document: str,
    number: int,
    parent: str | None,
    kind: str,
    issued_by: str,
    authentic: tuple[str, ...],
    editions: Mapping[str, EditionText],
    numbering: str = TYPED,
) -> str:
    """Return the digest that is signed (DESIGN §3.1).

    It binds the titles and texts of all editions and the parent; with automatic numbering also the numbering rules
    (docs/adr/0016).
    """
    rules = {"numbering": NUMBERING_RULES} if numbering == AUTOMATIC else {}
    return digest(
        VERSION_DOMAIN,
        {
            **rules,
            "document": document,
            "number": number,
            "parent": parent,
            "kind": kind,
            "issued_by": issued_by,
            "authentic": sorted(authentic),
            "editions": {
                lang: {"title": edition.title, "text_sha256": edition.text_sha256} for lang, edition in editions.items()
            },
        },
    )
