import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.text.merge.merge import merge_texts
from service.domain.text.merge.overlapping_sentences import FlaggedPlace, overlapping_sentences

pytestmark = pytest.mark.unit

WORDS = st.lists(st.sampled_from(["the ", "court ", "hears ", "no ", "appeal. ", "حقّ ", "للجميع. "]), max_size=14)


@given(WORDS, st.data())
def test_reported_sentence_is_in_the_result(words: list[str], data: st.DataObject) -> None:
    base = "".join(words)
    sides = []
    for _ in range(2):
        place = data.draw(st.integers(0, len(words)))
        sides.append("".join([*words[:place], data.draw(st.sampled_from(["", "new ", "old! "])), *words[place + 1 :]]))
    merged = merge_texts(base, *sides)
    if merged.text is not None:
        found = overlapping_sentences(merged)
        assert all(one.words in merged.text.split("\n", one.line - 1)[-1] for one in found)
        assert len(found) <= len(merged.review)


def test_sentence_changed_by_both_sides_is_reported() -> None:
    base = "A line.\n\nBefore it. The court shall hear no appeal in such a case. After it.\n"
    ours, theirs = base.replace("court", "high court"), base.replace("such a", "any such")
    assert overlapping_sentences(merge_texts(base, ours, theirs)) == [
        FlaggedPlace(3, "The high court shall hear no appeal in any such case.")
    ]
    assert overlapping_sentences(merge_texts(base, ours, base)) == []
