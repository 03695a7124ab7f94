"""A database of release 0.1 with thousands of documents, made from the one that a release wrote.

The released database holds one published document. Each copy has ids of its own, and digests, statements and entries
of the record computed again, so that every check of a real instance passes. One copy in four is published like the
original; the others are drafts with a version, in which somebody goes on typing.
"""

import hashlib
import json
import re
import shutil
import sqlite3
from base64 import b32encode
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from service.domain.crdt.shared_text import SharedText
from service.domain.crdt.text_edits import Edit
from service.domain.documents.version import EditionText, version_sha256
from service.domain.text.structure.numbering import TYPED
from service.domain.trust import canonical_json
from service.domain.trust.leaf import Leaf, next_leaf
from service.domain.trust.statement import statement_sha256

RELEASE = Path(__file__).parents[2] / "tests" / "support" / "releases" / "0.1.0.db"
PUBLISHED_EVERY = 4
"""One copy in so many is published."""

TYPED_ROWS = 40
"""Rows of the journal that somebody typed into the first draft of a document."""

TYPIST = 987_654_321
"""CRDT client id of those rows."""

OWN_ID = re.compile(rb"\b(?:doc|ver|rnd|chl|end|sea|exp|art|pub|ntc|mail|job)_[a-z2-7]{26}\b")
"""Ids of rows that belong to one document."""

DRAFT_TABLES = ("document", "draft", "draft_author", "draft_update", "edition", "version", "version_edition")
ROUND_TABLES = (
    "round", "challenge", "endorsement", "round_closing", "artefact", "seal", "export", "publication",
    "publication_revision", "notice", "mail", "jobs",
)  # fmt: skip
DRAFT_ACTS = ("document.open", "version.cut")

Row = dict[str, Any]


@dataclass(slots=True)
class Original:
    """The rows of the released document, the entries of the record that name it, and what somebody typed."""

    rows: dict[str, list[Row]]
    entries: list[Row]
    typed: list[bytes]
    last: Leaf


@dataclass(slots=True)
class Copy:
    """One copy: its number, and the values that replace those of the original."""

    number: int
    replaced: dict[bytes, bytes] = field(default_factory=dict)

    def translate(self, value: Any) -> Any:
        """Return a value of a column with the ids and digests of this copy."""
        if isinstance(value, str):
            return self._replace(value.encode()).decode()
        return self._replace(value) if isinstance(value, bytes) and value[:1] == b"{" else value

    def _replace(self, data: bytes) -> bytes:
        data = OWN_ID.sub(self._own_id, data)
        for old, new in self.replaced.items():
            data = data.replace(old, new)
        return data

    def _own_id(self, found: re.Match[bytes]) -> bytes:
        prefix, _, rest = found[0].rpartition(b"_")
        digest = hashlib.sha256(rest + str(self.number).encode()).digest()[:16]
        return prefix + b"_" + b32encode(digest).rstrip(b"=").lower()


def build(path: Path, count: int) -> None:
    """Write a database of release 0.1 with `count` documents besides the released one."""
    shutil.copy(RELEASE, path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.row_factory = sqlite3.Row
        original = _read_original(connection)
        connection.execute("PRAGMA synchronous=OFF")
        previous = original.last
        for number in range(1, count + 1):
            previous = _add_copy(connection, original, number, previous)


def _read_original(connection: sqlite3.Connection) -> Original:
    rows = {name: [dict(row) for row in connection.execute(f"SELECT * FROM {name}")] for name in _all_tables()}
    document = rows["document"][0]["id"]
    about = {one["id"] for name in ("document", "round", "publication") for one in rows[name]}
    rows["notice"] = [one for one in rows["notice"] if json.loads(one["params"]).get("about") in about]
    rows["mail"] = [one for one in rows["mail"] if "rnd_" in one["body"] or document in one["body"]]
    mails = {one["id"] for one in rows["mail"]} | {one["id"] for one in rows["export"]}
    rows["jobs"] = [one for one in rows["jobs"] if one["ref"] in mails]
    leaves = [dict(row) for row in connection.execute("SELECT * FROM record ORDER BY seq")]
    entries = [one for one in leaves if re.search(rb'"(?:document|round|seal|export)":"', one["content"])]
    end = leaves[-1]
    last = Leaf(end["seq"], end["prev"], end["salt"], end["content"], end["commitment"])
    return Original(rows, [one for one in entries if b'"role.' not in one["content"]], _type_on(rows), last)


def _all_tables() -> Sequence[str]:
    return (*DRAFT_TABLES, *ROUND_TABLES)


def _type_on(rows: dict[str, list[Row]]) -> list[bytes]:
    """Return the updates of somebody who goes on typing at the end of the first draft."""
    updates = [one["data"] for one in rows["draft_update"] if one["draft"] == rows["draft"][0]["id"]]
    replica = SharedText.load(None, updates, client_id=TYPIST)
    return [
        replica.splice([Edit(len(replica.text), len(replica.text), f"كلمة {number} ")]) for number in range(TYPED_ROWS)
    ]


def _add_copy(connection: sqlite3.Connection, original: Original, number: int, previous: Leaf) -> Leaf:
    copy, published = Copy(number), number % PUBLISHED_EVERY == 0
    _replace_digests(copy, original, previous.seq)
    for name in DRAFT_TABLES:
        _insert(connection, name, [_draft_row(name, row, copy, published) for row in original.rows[name]])
    if published:
        for name in ROUND_TABLES:
            _insert(connection, name, [_round_row(name, row, copy) for row in original.rows[name]])
    else:
        _insert(connection, "draft_update", list(_typed_rows(original, copy)))
        author = original.rows["draft_author"][0]
        _insert(connection, "draft_author", [{**author, "draft": copy.translate(author["draft"]), "client": TYPIST}])
    return _add_entries(connection, original, copy, previous, published=published)


def _replace_digests(copy: Copy, original: Original, last_seq: int) -> None:
    """Compute the digests that name this copy again, each from those before it."""
    versions = {row["id"]: row for row in original.rows["version"]}
    for row in sorted(versions.values(), key=lambda one: one["number"]):
        copy.replaced[row["version_sha256"].encode()] = _version_digest(copy, original, row).encode()
    opened = original.rows["round"][0]["opens_seq"]
    offset = [one["seq"] for one in original.entries].index(opened)
    copy.replaced[b'"opens_seq":%d' % opened] = b'"opens_seq":%d' % (last_seq + 1 + offset)
    for row in original.rows["endorsement"]:
        digest = statement_sha256(copy.translate(row["statement"]))
        copy.replaced[row["statement_sha256"].encode()] = digest.encode()
    (seal,) = original.rows["seal"]
    version = json.loads(seal["content"])["v"]
    digest = canonical_json.digest_bytes(f"mithaq.seal.v{version}", copy.translate(seal["content"]))
    copy.replaced[seal["seal_sha256"].encode()] = digest.encode()


def _version_digest(copy: Copy, original: Original, row: Row) -> str:
    editions = {
        one["lang"]: EditionText(one["title"], one["text"], one["text_sha256"], one["epoch"], one["draft_seq"])
        for one in original.rows["version_edition"]
        if one["version"] == row["id"]
    }
    return version_sha256(
        document=copy.translate(row["document"]),
        number=row["number"],
        parent=copy.translate(row["parent_sha256"]),
        kind=row["kind"],
        issued_by=row["issued_by"],
        authentic=tuple(json.loads(row["authentic"])),
        editions=editions,
        numbering=TYPED,
    )


def _draft_row(name: str, row: Row, copy: Copy, published: bool) -> Row:
    values = _translated(name, row, copy, per_document=2 if name == "version" else 1)
    if published:
        return values
    if name == "draft" and row["id"].endswith(".ar"):
        values["head"] += TYPED_ROWS
    not_yet: dict[str, Row] = {"draft": {"frozen_at": None}, "document": {"state": "drafting", "shown_since": None}}
    return {**values, **not_yet.get(name, {})}


def _round_row(name: str, row: Row, copy: Copy) -> Row:
    values = _translated(name, row, copy, per_document=100)
    over: dict[str, Row] = {
        "round": {"opens_seq": int(copy.replaced[b'"opens_seq":%d' % row["opens_seq"]].split(b":")[1])}
        if name == "round"
        else {},
        "artefact": {"key": f"{row.get('key')} of copy {copy.number}"},
        "notice": {"read_at": row.get("at")},
        "mail": {"state": "sent", "body": "", "ended_at": row.get("at")},
        "jobs": {"state": "done"},
    }
    return {**values, **over.get(name, {})}


def _translated(name: str, row: Row, copy: Copy, *, per_document: int) -> Row:
    values = {column: copy.translate(value) for column, value in row.items()}
    if "seq" in values and name != "draft_update":
        values["seq"] += copy.number * per_document
    return values


def _typed_rows(original: Original, copy: Copy) -> Iterator[Row]:
    (first, *_) = original.rows["draft_update"]
    head = original.rows["draft"][0]["head"]
    for number, data in enumerate(original.typed, start=1):
        draft = copy.translate(first["draft"])
        yield {**first, "draft": draft, "seq": head + number, "origin": "typed", "data": data}


def _add_entries(
    connection: sqlite3.Connection, original: Original, copy: Copy, previous: Leaf, *, published: bool
) -> Leaf:
    added = []
    for one in original.entries:
        entry = json.loads(copy.translate(one["content"]))
        if not published and entry["act"] not in DRAFT_ACTS:
            continue
        if entry["act"] == "export.ready":
            entry["facts"]["key"] += f" of copy {copy.number}"
        content = canonical_json.encode({**entry, "prev": previous.commitment, "seq": previous.seq + 1})
        previous = next_leaf(content, salt=one["salt"], previous=previous)
        added.append(
            {
                "seq": previous.seq,
                "prev": previous.prev,
                "salt": previous.salt,
                "content": content,
                "commitment": previous.commitment,
                "at": one["at"],
            }
        )
    _insert(connection, "record", added)
    return previous


def _insert(connection: sqlite3.Connection, name: str, rows: Sequence[Row]) -> None:
    if rows:
        columns = ", ".join(f'"{column}"' for column in rows[0])
        values = ", ".join(f":{column}" for column in rows[0])
        connection.executemany(f"INSERT INTO {name} ({columns}) VALUES ({values})", rows)
