"""Translations added after a seal. Append-only."""

from sqlalchemy import and_, func, insert, select

from service.domain.publication.publication import Translation
from service.store.db import Tx
from service.store.tables import translation


def add(tx: Tx, new: Translation) -> None:
    """Add a translation."""
    row = {name: getattr(new, name) for name in Translation.__dataclass_fields__}
    tx.connection.execute(insert(translation).values(**row))


def get(tx: Tx, *, seal: str, lang: str, number: int) -> Translation | None:
    """Return a translation by its number within a seal and language."""
    columns = translation.c
    query = select(translation).where(columns.seal == seal, columns.lang == lang, columns.number == number)
    row = tx.connection.execute(query).one_or_none()
    return Translation(**row._mapping) if row else None


def list_newest(tx: Tx, seal: str) -> dict[str, Translation]:
    """Return the newest translation into each language, by language."""
    newest_numbers = select(translation.c.lang, func.max(translation.c.number).label("number"))
    newest_rows = newest_numbers.where(translation.c.seal == seal).group_by(translation.c.lang).subquery()
    is_newest = and_(translation.c.lang == newest_rows.c.lang, translation.c.number == newest_rows.c.number)
    query = (
        select(translation).join(newest_rows, is_newest).where(translation.c.seal == seal).order_by(translation.c.lang)
    )
    return {row.lang: Translation(**row._mapping) for row in tx.connection.execute(query)}
