"""Notices whose matter is settled: they are marked as read for those who need not act any more."""

from collections.abc import Collection

from sqlalchemy import or_, select, update

from service.store.db import Tx
from service.store.tables import notice, person


def mark_settled(
    tx: Tx, *, kinds: Collection[str], about: str, persons: Collection[str] | None = None, organisation: str = ""
) -> int:
    """Mark unread notices of these kinds about a subject as read; return how many.

    Those of `persons` or of the people of `organisation`, if given; else those of everybody.
    """
    about_it = [notice.c.effect_key.startswith(f"{kind}:{about}:", autoescape=True) for kind in kinds]
    whose = [] if persons is None else [notice.c.person.in_(list(persons))]
    if organisation:
        whose += [notice.c.person.in_(select(person.c.id).where(person.c.organisation == organisation))]
    query = update(notice).where(or_(*about_it), notice.c.read_at.is_(None), *whose)
    return tx.connection.execute(query.values(read_at=tx.now)).rowcount
