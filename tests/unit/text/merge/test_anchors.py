import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.text.merge.anchors import Anchor, Carried, carry
from service.domain.text.redline.redline import redline
from tests.unit.text.merge.test_merge import THREE
from tests.unit.text.strategies import ANYTHING

pytestmark = pytest.mark.unit

RIGHTS = "Everyone has the right to take part in the public affairs of the country without any discrimination.\n\n"
STATE = "The State protects human rights and public freedoms and is answerable for every violation of them.\n\n"
COURTS = "Courts are independent; no authority may interfere in their work or in the application of the law.\n\n"


def on(text: str, quote: str) -> Anchor:
    start = text.index(quote)
    return Anchor(start, start + len(quote), quote)


def carried(old: str, new: str, quote: str) -> tuple[str, str]:
    """The fate of an anchor on a quote, and what it stands on now."""
    [found] = carry([on(old, quote)], redline(old, new), old=old, new=new)
    assert found.anchor.quote == quote
    return found.fate, new[found.anchor.start : found.anchor.end]


@settings(max_examples=200)
@given(st.one_of(st.tuples(ANYTHING, ANYTHING), THREE.map(lambda texts: texts[:2])), st.data())
def test_what_is_kept_or_moved_reads_the_same(texts: tuple[str, str], data: st.DataObject) -> None:
    old, new = texts
    start = data.draw(st.integers(0, len(old)))
    end = data.draw(st.integers(start, len(old)))
    anchor = Anchor(start, end, old[start:end])
    [found] = carry([anchor], redline(old, new), old=old, new=new)
    now = found.anchor
    assert 0 <= now.start <= now.end <= len(new)
    assert now.quote == anchor.quote
    if found.fate in ("kept", "moved"):
        assert new[now.start : now.end] == anchor.quote
    assert (found.fate == "orphaned") <= (now.start == now.end)


@given(ANYTHING, st.data())
def test_nothing_happens_to_an_anchor_in_a_text_that_stays(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    anchor = Anchor(start, len(text), text[start:])
    [found] = carry([anchor], redline(text, text), old=text, new=text)
    assert found == Carried("kept", anchor) or not any(char.isalnum() for char in text[start:])


def test_fates() -> None:
    old = RIGHTS + STATE + COURTS
    assert carried(old, "A new beginning of words.\n\n" + old, "public freedoms") == ("kept", "public freedoms")
    assert carried(old, STATE + COURTS + RIGHTS, "public affairs") == ("moved", "public affairs")
    assert carried(old, old.replace("human rights", "rights"), "human rights") == ("partial", "rights")
    assert carried(old, old.replace("human", "all human"), "protects human rights") == (
        "partial",
        "protects all human rights",
    )
    assert carried(old, RIGHTS + COURTS, "human rights") == ("orphaned", "")


def test_moved_and_edited() -> None:
    old, new = RIGHTS + STATE + COURTS, STATE + COURTS + RIGHTS.replace("country", "land")
    assert carried(old, new, "public affairs") == ("moved", "public affairs")
    assert carried(old, new, "affairs of the country") == ("partial", "affairs of the ")


def test_an_orphan_stays_where_its_words_stood() -> None:
    old, new = RIGHTS + STATE + COURTS, RIGHTS + COURTS
    [found] = carry([on(old, "human rights")], redline(old, new), old=old, new=new)
    assert found.anchor.start == len(RIGHTS)


def test_one_of_two_equal_passages_is_not_taken_for_the_other() -> None:
    old = "# One\n\nSee the annex.\n\n# Two\n\nSee the annex.\n"
    new = "# One\n\n# Two\n\nSee the annex.\n"
    assert carried(old, new, "the annex") == ("orphaned", "")


def test_a_word_left_over_in_a_sentence_written_anew_holds_nothing() -> None:
    old = (
        "Rights of rulers are kept.\n\nThe power of Parliament to make laws for the former rulers is not restricted.\n"
    )
    new = "Rights of rulers are kept.\n\nReports of a sitting of Parliament may be printed in any newspaper freely.\n"
    assert carried(old, new, "Parliament") == ("orphaned", "")
