"""Compare every row that the record names with what its entries say.

The record itself is verified on the way. Results for a row: it agrees, it differs, or no entry of its time binds it.
"""

from collections.abc import Collection, Iterable, Mapping

from service.actions.trust.loaded_parts import LoadedParts
from service.actions.trust.row_checks import ROW_CHECKS, UNREADABLE_ERRORS, UNREADABLE_KIND, CheckedRows, Row
from service.domain.errors import Conflict, NotFound, Unavailable
from service.domain.trust.document_acts import DOCUMENT_ACTS
from service.domain.trust.entry import read_entry, value_sha256
from service.domain.trust.expected_rows import (
    BOUND_COLUMNS,
    CLOCK_TOLERANCE,
    KEYS,
    NAMED_TABLES,
    ExpectedRow,
    ExpectedRows,
    is_expected,
    join_key,
)
from service.domain.trust.leaf import Leaf, find_fault
from service.domain.trust.record_acts import fold_entry
from service.domain.trust.record_differences import Difference, RecordReport
from service.files import FileStore
from service.store import record as record_store
from service.store import record_rows as record_rows_store
from service.store.db import Tx
from service.store.publication import artefacts as artefacts_store

DOCUMENT_TABLES = {
    "document": "id",
    "version": "document",
    "round": "document",
    "round_closing": "round",
    "endorsement": "round",
    "dispute": "round",
    "dispute_settlement": "dispute",
    "seal": "document",
    "export": "document",
    "translation": "seal",
    "publication": "document",
    "publication_revision": "publication",
}
"""Tables with rows of one document, and the column that says of which."""

DOCUMENT_NOUNS = frozenset(act.partition(".")[0] for act in DOCUMENT_ACTS)
"""Nouns of the acts that name rows of a document."""

ORDER = (*ROW_CHECKS, *(name for name in NAMED_TABLES if name not in ROW_CHECKS))


def check_record(tx: Tx) -> RecordReport:
    """Compare all rows with the whole record, a batch in memory at a time."""
    report = RecordReport()
    expected = _read_all_entries(tx, report)
    parts = LoadedParts(tx)
    known = CheckedRows(editions=parts.of_version, openings=parts.of_seal)
    for table in ORDER:
        rows = record_rows_store.stream_rows(tx, table)
        _check_table(expected, table, parts.load_with(table, rows), known, report)
    _report_missing(expected, NAMED_TABLES, report)
    return report


def check_chain(tx: Tx) -> RecordReport:
    """Verify the record itself: every commitment and every link."""
    report = RecordReport()
    _read_all_entries(tx, report)
    return report


def check_document(tx: Tx, document_id: str) -> RecordReport:
    """Compare the rows of one document with the entries that name them; the chain is checked between its entries."""
    report = RecordReport()
    rows = _load_document_rows(tx, document_id)
    ids = {document_id, *(row["id"] for table in ("round", "seal", "export", "publication") for row in rows[table])}
    opened_at = min((row["opened_at"] for row in rows["document"]), default=0) - CLOCK_TOLERANCE
    leaves = record_store.list_leaves_naming(tx, ids, nouns=DOCUMENT_NOUNS, since=opened_at)
    expected = _read_entries(leaves, report)
    broken = record_store.find_broken_link(tx)
    if broken is not None:
        report.differences.append(Difference("chain", "record", str(broken)))
    _add_referenced_rows(tx, rows)
    known = _checked_rows(tx)
    for table in ORDER:
        _check_table(expected, table, rows.get(table, ()), known, report, complete=table in DOCUMENT_TABLES)
    _report_missing(expected, DOCUMENT_TABLES, report)
    return report


def require_agreement(tx: Tx, document_id: str) -> None:
    """Raise `Conflict` `record_differs` if a row of the document differs from the record."""
    differences = check_document(tx, document_id).differences
    if differences:
        first = differences[0]
        raise Conflict(
            "record_differs",
            first.sentence,
            extra={"differences": [f"{one.kind} {one.table} {one.id}" for one in differences[:20]]},
            **first.params,
        )


def check_files(tx: Tx, files: FileStore) -> tuple[list[Difference], int, int]:
    """Return the stored files whose bytes differ from their digest, and how many were read and are missing."""
    differences, read, missing = [], 0, 0
    for sha256 in artefacts_store.list_file_digests(tx):
        try:
            files.get(sha256)
            read += 1
        except NotFound:
            missing += 1
        except Unavailable as error:
            if error.code != "file_damaged":
                raise
            differences.append(Difference("file", "artefact", sha256[:16]))
    return differences, read, missing


def _read_all_entries(tx: Tx, report: RecordReport) -> ExpectedRows:
    expected, emptied, previous = ExpectedRows(), [], None
    for leaf in record_store.stream_leaves(tx):
        if find_fault(leaf, previous):
            report.differences.append(Difference("chain", "record", str(leaf.seq)))
            break
        report.entries += 1
        previous = leaf
        entry = read_entry(leaf)
        if entry is None:
            emptied.append(leaf.seq)
        else:
            fold_entry(expected, entry)
    report.differences += [Difference("erased", "record", str(seq)) for seq in emptied if seq not in expected.erased]
    return expected


def _read_entries(leaves: Iterable[Leaf], report: RecordReport) -> ExpectedRows:
    """Take single entries into account, each verified by itself."""
    expected = ExpectedRows()
    for leaf in leaves:
        if find_fault(leaf, None, alone=True):
            report.differences.append(Difference("chain", "record", str(leaf.seq)))
            continue
        report.entries += 1
        entry = read_entry(leaf)
        if entry is not None:
            fold_entry(expected, entry)
    return expected


def _check_table(
    expected: ExpectedRows,
    table: str,
    rows: Iterable[Row],
    known: CheckedRows,
    report: RecordReport,
    *,
    complete: bool = True,
) -> None:
    """Check rows; unless `complete`, they are there only because others refer to them."""
    for row in rows:
        key = join_key(*(row[column] for column in KEYS.get(table, ("id",))))
        named = expected.rows.get((table, key))
        differences = _check_row(table, key, row, named or ExpectedRow(), known)
        if named is not None:
            named.facts["found"] = True
        elif complete and not differences and not expected.erased and table != "artefact":
            differences = [Difference("unnamed", table, key)]
        if complete:
            report.add_row(differences, bound=named is not None and _is_bound(table, named))
        else:
            report.differences += differences


def _check_row(table: str, key: str, row: Row, named: ExpectedRow, known: CheckedRows) -> list[Difference]:
    differences = [
        Difference("column", table, key, column)
        for column, value in named.columns.items()
        if not is_expected(row[column], value)
    ]
    differences += [
        Difference("column", table, key, column)
        for column, (sha256, salt) in named.values.items()
        if not _has_digest(row[column], sha256, column=f"{table}.{column}", salt=salt)
    ]
    try:
        kinds = ROW_CHECKS[table](row, named, known) if table in ROW_CHECKS else []
    except UNREADABLE_ERRORS:
        kinds = [UNREADABLE_KIND.get(table, "column")]
    return differences + [Difference(kind, table, _display_key(table, row, key)) for kind in kinds]


def _has_digest(value: object, sha256: str, *, column: str, salt: bytes) -> bool:
    stored = value.decode(errors="replace") if isinstance(value, bytes) else value
    try:
        return value_sha256(stored, column=column, salt=salt) == sha256
    except UNREADABLE_ERRORS:
        return False


def _display_key(table: str, row: Row, key: str) -> str:
    return str(row["id"]) if table == "endorsement" else key


def _is_bound(table: str, named: ExpectedRow) -> bool:
    return all(column in named.values or column in named.columns for column in BOUND_COLUMNS.get(table, ()))


def _report_missing(expected: ExpectedRows, tables: Collection[str], report: RecordReport) -> None:
    for (table, key), row in expected.rows.items():
        if table in tables and not row.facts.get("found"):
            report.differences.append(Difference("missing", table, key))


def _checked_rows(tx: Tx) -> CheckedRows:
    """Return what remembers rows that were checked, and reads the parts of a version and of a seal."""
    return CheckedRows(
        editions=lambda version: list(
            record_rows_store.stream_rows(tx, "version_edition", where={"version": [version]})
        ),
        openings=lambda seal: list(record_rows_store.stream_rows(tx, "seal_opening", where={"seal": [seal]})),
    )


def _load_document_rows(tx: Tx, document_id: str) -> dict[str, list[Row]]:
    rows: dict[str, list[Row]] = {}
    for table, column in DOCUMENT_TABLES.items():
        owners = [document_id] if column in ("id", "document") else [one["id"] for one in rows[column]]
        rows[table] = list(record_rows_store.stream_rows(tx, table, where={column: owners}))
    return rows


def _add_referenced_rows(tx: Tx, rows: dict[str, list[Row]]) -> None:
    """Add mandates, their confirmations and artefacts that rows of the document refer to."""
    mandates = {one["mandate"] for one in rows["endorsement"]}
    artefacts = {one["artefact"] for one in rows["export"] if one["artefact"]}
    for table, where in _references(mandates, artefacts).items():
        rows[table] = list(record_rows_store.stream_rows(tx, table, where=where))


def _references(mandates: set[str], artefacts: set[str]) -> Mapping[str, Mapping[str, Collection[str]]]:
    return {
        "mandate": {"id": mandates},
        "mandate_confirmation": {"mandate": mandates},
        "artefact": {"id": artefacts},
    }
