"""Translations that follow a seal: only ever added."""

from sqlalchemy import and_, func, insert, select

from service.domain.publication.publication import Translation
from service.store.db import Tx
from service.store.tables import translation


def add(tx: Tx, new: Translation) -> None:
    row = {name: getattr(new, name) for name in Translation.__dataclass_fields__}
    tx.connection.execute(insert(translation).values(**row))


def get(tx: Tx, *, seal: str, lang: str, number: int) -> Translation | None:
    named = translation.c
    query = select(translation).where(named.seal == seal, named.lang == lang, named.number == number)
    row = tx.connection.execute(query).one_or_none()
    return Translation(**row._mapping) if row else None


def newest(tx: Tx, seal: str) -> dict[str, Translation]:
    """The last translation into each language, by language."""
    last = select(translation.c.lang, func.max(translation.c.number).label("number"))
    last_one = last.where(translation.c.seal == seal).group_by(translation.c.lang).subquery()
    same = and_(translation.c.lang == last_one.c.lang, translation.c.number == last_one.c.number)
    query = select(translation).join(last_one, same).where(translation.c.seal == seal).order_by(translation.c.lang)
    return {row.lang: Translation(**row._mapping) for row in tx.connection.execute(query)}
