import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.text.merge.anchors import CarriedRange, QuotedRange, carry_ranges
from service.domain.text.redline.redline import compute_redline
from tests.support.hypothesis_profiles import examples
from tests.unit.text.merge.test_merge import THREE_TEXTS
from tests.unit.text.strategies import ANY_TEXT

pytestmark = pytest.mark.unit

RIGHTS = "Everyone has the right to take part in the public affairs of the country without any discrimination.\n\n"
STATE = "The State protects human rights and public freedoms and is answerable for every violation of them.\n\n"
COURTS = "Courts are independent; no authority may interfere in their work or in the application of the law.\n\n"


def anchor_on(text: str, quote: str) -> QuotedRange:
    start = text.index(quote)
    return QuotedRange(start, start + len(quote), quote)


def carry_quote(old: str, new: str, quote: str) -> tuple[str, str]:
    """Return the fate of an anchor on a quote, and the text it covers now."""
    [found] = carry_ranges([anchor_on(old, quote)], compute_redline(old, new), old=old, new=new)
    assert found.quoted_range.quote == quote
    return found.state, new[found.quoted_range.start : found.quoted_range.end]


@examples(200)
@given(st.one_of(st.tuples(ANY_TEXT, ANY_TEXT), THREE_TEXTS.map(lambda texts: texts[:2])), st.data())
def test_kept_or_moved_anchor_reads_the_same(texts: tuple[str, str], data: st.DataObject) -> None:
    old, new = texts
    start = data.draw(st.integers(0, len(old)))
    end = data.draw(st.integers(start, len(old)))
    anchor = QuotedRange(start, end, old[start:end])
    [found] = carry_ranges([anchor], compute_redline(old, new), old=old, new=new)
    now = found.quoted_range
    assert 0 <= now.start <= now.end <= len(new)
    assert now.quote == anchor.quote
    if found.state in ("kept", "moved"):
        assert new[now.start : now.end] == anchor.quote
    assert (found.state == "orphaned") <= (now.start == now.end)


@given(ANY_TEXT, st.data())
def test_anchor_in_an_unchanged_text_is_unchanged(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    anchor = QuotedRange(start, len(text), text[start:])
    [found] = carry_ranges([anchor], compute_redline(text, text), old=text, new=text)
    assert found == CarriedRange("kept", anchor) or not any(char.isalnum() for char in text[start:])


def test_fates() -> None:
    old = RIGHTS + STATE + COURTS
    assert carry_quote(old, "A new beginning of words.\n\n" + old, "public freedoms") == ("kept", "public freedoms")
    assert carry_quote(old, STATE + COURTS + RIGHTS, "public affairs") == ("moved", "public affairs")
    assert carry_quote(old, old.replace("human rights", "rights"), "human rights") == ("partial", "rights")
    assert carry_quote(old, old.replace("human", "all human"), "protects human rights") == (
        "partial",
        "protects all human rights",
    )
    assert carry_quote(old, RIGHTS + COURTS, "human rights") == ("orphaned", "")


def test_moved_and_edited() -> None:
    old, new = RIGHTS + STATE + COURTS, STATE + COURTS + RIGHTS.replace("country", "land")
    assert carry_quote(old, new, "public affairs") == ("moved", "public affairs")
    assert carry_quote(old, new, "affairs of the country") == ("partial", "affairs of the ")


def test_orphan_stays_at_the_place_of_its_words() -> None:
    old, new = RIGHTS + STATE + COURTS, RIGHTS + COURTS
    [found] = carry_ranges([anchor_on(old, "human rights")], compute_redline(old, new), old=old, new=new)
    assert found.quoted_range.start == len(RIGHTS)


def test_equal_passages_are_not_confused() -> None:
    old = "# One\n\nSee the annex.\n\n# Two\n\nSee the annex.\n"
    new = "# One\n\n# Two\n\nSee the annex.\n"
    assert carry_quote(old, new, "the annex") == ("orphaned", "")


def test_single_word_left_in_a_rewritten_sentence_keeps_no_anchor() -> None:
    old = (
        "Rights of rulers are kept.\n\nThe power of Parliament to make laws for the former rulers is not restricted.\n"
    )
    new = "Rights of rulers are kept.\n\nReports of a sitting of Parliament may be printed in any newspaper freely.\n"
    assert carry_quote(old, new, "Parliament") == ("orphaned", "")
