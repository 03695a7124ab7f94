"""Last manual writers of a draft: each person once, whatever was written in between."""

from collections.abc import Sequence

import pytest

from service.store.drafts import journal as journal_store
from tests.support.factories import SampleInstance, create_document

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
def document(instance: SampleInstance) -> str:
    """A document whose journal begins with the seed by Lama, then EDITS."""
    document = create_document(instance)
    for client, (who, origin) in enumerate(EDITS, 1):
        with instance.write() as tx:
            head = journal_store.lock_head(tx, f"{document}.ar")
            person = instance.members.people[who].id
            journal_store.append(tx, f"{document}.ar", head, client=client, actor=person, origin=origin, data=b"\0\0")
    return document


def writers_by_key(instance: SampleInstance, rows: Sequence[journal_store.Update]) -> list[tuple[str, int]]:
    names = {one.id: key for key, one in instance.members.people.items()}
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
def test_each_person_is_listed_once_with_their_last_manual_row(
    instance: SampleInstance, document: str, after: int, before: int | None, wanted: list[tuple[str, int]]
) -> None:
    with instance.read() as tx:
        rows = journal_store.list_latest_by_person(tx, f"{document}.ar", epoch=1, after=after, before=before)
        assert writers_by_key(instance, rows) == wanted


def test_other_epoch_has_its_own_writers(instance: SampleInstance, document: str) -> None:
    with instance.read() as tx:
        assert journal_store.list_latest_by_person(tx, f"{document}.ar", epoch=2) == []
