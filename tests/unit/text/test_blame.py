from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.places import Edit
from service.domain.sharedtext import SharedText
from service.domain.text.blame import Passage, Step, blame, standing
from service.domain.text.redline import redline
from service.domain.text.rewriting import Rewriting, in_code_points
from tests.unit.text.strategies import PROSE
from tests.unit.text.test_merge import CUTS
from tests.unit.text.test_merge import edited as changed

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


def of(texts: list[str]) -> list[Passage[int]]:
    steps = [Step(place, new, redline(old, new)) for place, (old, new) in enumerate(pairwise(texts), 1)]
    return blame(texts[0], 0, steps)


@settings(max_examples=200)
@given(CHAINS)
def test_passages_tile_the_text_and_stand_in_the_version_they_come_from(texts: list[str]) -> None:
    place = 0
    for passage in of(texts):
        assert passage.start == place < passage.end
        place = passage.end
        words = texts[-1][passage.start : passage.end]
        assert all(words[at] in texts[passage.by] for at in range(len(words)))
    assert place == len(texts[-1])


@given(CHAINS)
def test_neighbours_are_of_different_hands(texts: list[str]) -> None:
    assert all(one.by != other.by for one, other in pairwise(of(texts)))


def test_hands() -> None:
    texts = ["The Council has nine members.\n", "The Council has eleven members.\n", "The High Council has eleven.\n"]
    told = [(texts[-1][p.start : p.end], p.by) for p in of(texts)]
    assert told == [("The ", 0), ("High ", 2), ("Council has ", 0), ("eleven", 1), (".\n", 0)]


def test_what_moved_as_it_was_stays_with_those_who_wrote_it() -> None:
    one = "Everyone has the right to take part in the public affairs of the country.\n\n"
    rest = "The State protects human rights and public freedoms.\n\nCourts are independent of everyone else.\n\n"
    assert of([one + rest + "End.\n", rest + one + "End.\n"]) == [Passage(0, len(one + rest + "End.\n"), 0)]


EDITS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 6), st.sampled_from(["", "النَّاس ", "ab", "👍🏽"])), max_size=8
)


@given(EDITS)
def test_the_journal_tells_the_hands(rows: list[tuple[int, int, str]]) -> None:
    writer, reader = SharedText.new(client_id=3), SharedText.new(client_id=5)
    made: Rewriting[int] = Rewriting(0)
    updates: list[tuple[int, bytes]] = []
    hands: list[int] = []
    for by, (start, length, words) in enumerate(rows):
        start = min(start, len(hands))
        end = min(start + length, len(hands))
        update = writer.splice([Edit(start, end, words)])
        hands[start:end] = [by] * len(words)
        if update:
            made.change(reader.trace(update), by)
            updates.append((by, update))
    passages = standing(made.bits(), -1)
    assert [passage.by for passage in passages for _ in range(passage.start, passage.end)] == hands
    assert reader.text == writer.text
    whole: Rewriting[int] = Rewriting(0)
    again = SharedText.new(client_id=7)
    for (by, _), edits in zip(updates, again.retrace(update for _, update in updates), strict=True):
        whole.change(edits, by)
    assert standing(in_code_points(whole.bits(), "", writer.text), -1) == passages
