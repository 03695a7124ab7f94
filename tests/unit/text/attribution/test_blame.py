from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.crdt.shared_text import SharedText
from service.domain.crdt.text_edits import Edit
from service.domain.text.attribution.attribution_ops import AttributionLog, to_code_points
from service.domain.text.attribution.blame import AttributedSpan, VersionStep, attributed_spans, blame
from service.domain.text.redline.redline import compute_redline
from tests.support.hypothesis_profiles import examples
from tests.unit.text.merge.test_merge import CUTS
from tests.unit.text.merge.test_merge import apply_splices as changed
from tests.unit.text.strategies import PROSE

pytestmark = pytest.mark.unit

CHAINS = st.tuples(PROSE, st.lists(st.one_of(CUTS, PROSE), max_size=4)).map(
    lambda drawn: [drawn[0], *_chain(drawn[0], drawn[1])]
)


def _chain(text: str, changes: Sequence[object]) -> list[str]:
    texts = []
    for change in changes:
        text = change if isinstance(change, str) else changed(text, change)  # type: ignore[arg-type]
        texts.append(text)
    return texts


def blame_of(texts: list[str]) -> list[AttributedSpan[int]]:
    steps = [VersionStep(place, new, compute_redline(old, new)) for place, (old, new) in enumerate(pairwise(texts), 1)]
    return blame(texts[0], 0, steps)


@examples(200)
@given(CHAINS)
def test_passages_tile_the_text_and_occur_in_their_version(texts: list[str]) -> None:
    place = 0
    for passage in blame_of(texts):
        assert passage.start == place < passage.end
        place = passage.end
        words = texts[-1][passage.start : passage.end]
        assert all(words[at] in texts[passage.author] for at in range(len(words)))
    assert place == len(texts[-1])


@given(CHAINS)
def test_adjacent_passages_have_different_authors(texts: list[str]) -> None:
    assert all(one.author != other.author for one, other in pairwise(blame_of(texts)))


def test_authors() -> None:
    texts = ["The Council has nine members.\n", "The Council has eleven members.\n", "The High Council has eleven.\n"]
    found = [(texts[-1][p.start : p.end], p.author) for p in blame_of(texts)]
    assert found == [("The ", 0), ("High ", 2), ("Council has ", 0), ("eleven", 1), (".\n", 0)]


def test_moved_passage_stays_with_its_authors() -> None:
    one = "Everyone has the right to take part in the public affairs of the country.\n\n"
    rest = "The State protects human rights and public freedoms.\n\nCourts are independent of everyone else.\n\n"
    assert blame_of([one + rest + "End.\n", rest + one + "End.\n"]) == [
        AttributedSpan(0, len(one + rest + "End.\n"), 0)
    ]


EDITS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 6), st.sampled_from(["", "النَّاس ", "ab", "👍🏽"])), max_size=8
)


@given(EDITS)
def test_journal_determines_the_authors(rows: list[tuple[int, int, str]]) -> None:
    writer, reader = SharedText.new(client_id=3), SharedText.new(client_id=5)
    made: AttributionLog[int] = AttributionLog(0)
    updates: list[tuple[int, bytes]] = []
    authors: list[int] = []
    for by, (start, length, words) in enumerate(rows):
        start = min(start, len(authors))
        end = min(start + length, len(authors))
        update = writer.splice([Edit(start, end, words)])
        authors[start:end] = [by] * len(words)
        if update:
            made.apply(reader.apply_as_edits(update), by)
            updates.append((by, update))
    passages = attributed_spans(made.ops(), -1)
    assert [passage.author for passage in passages for _ in range(passage.start, passage.end)] == authors
    assert reader.text == writer.text
    whole: AttributionLog[int] = AttributionLog(0)
    again = SharedText.new(client_id=7)
    for (by, _), edits in zip(updates, again.replay(update for _, update in updates), strict=True):
        whole.apply(edits, by)
    assert attributed_spans(to_code_points(whole.ops(), "", writer.text), -1) == passages


STEPS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 40), st.integers(0, 5), st.integers(0, 3), st.booleans()), max_size=14
)


@given(STEPS)
def test_concurrent_writers_are_distinguished(steps: list[tuple[int, int, int, int, bool]]) -> None:
    """No letter occurs twice, so the insertions and deletions of each row follow from the texts alone."""
    letters = (chr(code) for code in range(0x4E00, 0x9000))
    start = "".join(next(letters) for _ in range(20))
    seed = SharedText.new(client_id=1).splice([Edit(0, 0, start)])
    people = [SharedText.load(None, [seed], client_id=client) for client in (3, 5, 7)]
    rows: list[tuple[int, bytes]] = []
    read = [0, 0, 0]
    for who, place, length, count, reads in steps:
        if reads:
            for _, row in rows[read[who] :]:
                people[who].apply(row)
            read[who] = len(rows)
        size = len(people[who].text)
        words = "".join(next(letters) for _ in range(count))
        row = people[who].splice([Edit(min(place, size), min(place + length, size), words)])
        rows += [(who, row)] if row else []
    made: AttributionLog[int] = AttributionLog(len(start.encode()))
    copy, looked = (SharedText.load(None, [seed], client_id=9 + 2 * nth) for nth in range(2))
    authors: dict[tuple[str, str], int] = {}
    for (who, row), edits in zip(rows, copy.replay(row for _, row in rows), strict=True):
        made.apply(edits, who)
        before = looked.text
        looked.apply(row)
        authors |= {("gone", letter): who for letter in before if letter not in looked.text}
        authors |= {("come", letter): who for letter in looked.text if letter not in before}
    old_letters, new_letters = iter(start), iter(looked.text)
    for bit in to_code_points(made.ops(), start, looked.text):
        for _ in range(bit.length):
            letter = next(new_letters) if bit.kind == "come" else next(old_letters)
            assert bit.kind == "kept" or authors[bit.kind, letter] == bit.author
            assert bit.kind != "kept" or next(new_letters) == letter
    assert (next(old_letters, None), next(new_letters, None)) == (None, None)
