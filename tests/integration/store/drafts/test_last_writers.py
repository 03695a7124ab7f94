"""Who wrote last by hand: each person once, whatever was written between."""

from collections.abc import Sequence

import pytest

from service.store.drafts import journal as journal_store
from tests.support.factories import Stage, a_document

EDITS = [
    ("lama", "typed"),
    ("jihan", "typed"),
    ("lama", "saved"),
    ("salma", "canonical"),
    ("jihan", "typed"),
    ("salma", "numbers"),
    *[("lama", "typed")] * 60,
]


@pytest.fixture
def document(stage: Stage) -> str:
    """Its journal begins with the seed of Lama, then EDITS."""
    document = a_document(stage)
    for client, (who, origin) in enumerate(EDITS, 1):
        with stage.write() as tx:
            head = journal_store.lock(tx, f"{document}.ar")
            person = stage.cast.people[who].id
            journal_store.append(tx, f"{document}.ar", head, client=client, actor=person, origin=origin, data=b"\0\0")
    return document


def by_name(stage: Stage, rows: Sequence[journal_store.Update]) -> list[tuple[str, int]]:
    names = {one.id: key for key, one in stage.cast.people.items()}
    return [(names[row.actor], row.seq) for row in rows]


@pytest.mark.parametrize(
    ("after", "before", "wanted"),
    [
        (0, None, [("lama", 67), ("jihan", 6)]),
        (0, 4, [("jihan", 3), ("lama", 2)]),
        (6, None, [("lama", 67)]),
        (4, 8, [("jihan", 6)]),
        (67, None, []),
    ],
)
def test_each_person_stands_once_with_their_last_row_by_hand(
    stage: Stage, document: str, after: int, before: int | None, wanted: list[tuple[str, int]]
) -> None:
    with stage.read() as tx:
        rows = journal_store.writers(tx, f"{document}.ar", epoch=1, after=after, before=before)
        assert by_name(stage, rows) == wanted


def test_another_epoch_has_writers_of_its_own(stage: Stage, document: str) -> None:
    with stage.read() as tx:
        assert journal_store.writers(tx, f"{document}.ar", epoch=2) == []
