"""Block indexes of version texts, which save a comparison from splitting the text again.

An index is built when a version is cut; for a version cut by an older release, after its first comparison. It is found
by the digest of the text and the index version. Comparisons give the same result without one.
"""

from collections.abc import Collection

from sqlalchemy import insert, select, update

from service.domain.text.diff.block_index import INDEX_VERSION, TextIndex
from service.domain.text.diff.shared_passages import Indexes
from service.store.db import Tx
from service.store.tables import version_index


def add(tx: Tx, index: TextIndex, *, version: str, lang: str) -> None:
    """Add the index of a version's text."""
    row = {"version": version, "lang": lang, "text_sha256": index.text_sha256, "engine": INDEX_VERSION}
    tx.connection.execute(insert(version_index).values(**row, body=index.to_bytes()))


def list_missing(tx: Tx, versions: Collection[str], *, lang: str) -> list[str]:
    """Return those versions whose text in `lang` has no index of this release's INDEX_VERSION."""
    table = version_index.c
    query = select(table.version).where(
        table.version.in_(list(versions)), table.lang == lang, table.engine == INDEX_VERSION
    )
    indexed = set(tx.connection.execute(query).scalars())
    return [version for version in versions if version not in indexed]


def replace(tx: Tx, index: TextIndex, *, version: str, lang: str) -> None:
    """Add the index of a version's text, or replace one of another release."""
    outdated = update(version_index).where(version_index.c.version == version, version_index.c.lang == lang)
    if not tx.connection.execute(outdated.values(engine=INDEX_VERSION, body=index.to_bytes())).rowcount:
        add(tx, index, version=version, lang=lang)


def get_pair(tx: Tx, old_sha256: str, new_sha256: str) -> Indexes | None:
    """Return the indexes of two texts; None unless both exist in this release's INDEX_VERSION."""
    old, new = _get(tx, old_sha256), _get(tx, new_sha256)
    return (old, new) if old and new else None


def _get(tx: Tx, text_sha256: str) -> TextIndex | None:
    same = version_index.c.text_sha256 == text_sha256, version_index.c.engine == INDEX_VERSION
    body = tx.connection.execute(select(version_index.c.body).where(*same).limit(1)).scalar_one_or_none()
    return TextIndex.from_bytes(body, text_sha256=text_sha256) if body else None
