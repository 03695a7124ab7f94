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


WATER = "لكل قرية لجنة منتخبة تحفظ الآبار نظيفة، وتقدم تقريرًا كل ستة أشهر إلى المجلس المحلي.\n\n"
LIST = "The inspector may enter any store, take samples of grain and close the store for one week.\n\n"


def test_anchors_survive_a_split_and_a_join() -> None:
    old = STATE + WATER + COURTS
    new = STATE + WATER.replace("، وتقدم", ".\n\nوتقدم") + COURTS
    for quote in ("قرية", "الآبار نظيفة", "تقريرًا كل ستة", "المجلس"):
        assert carry_quote(old, new, quote) == ("kept", quote)
        assert carry_quote(new, old, quote) == ("kept", quote)


def test_anchors_survive_a_list_made_of_a_clause() -> None:
    items = "The inspector may:\n\n1. enter any store;\n2. take samples of grain;\n3. close the store for one week.\n\n"
    for quote in ("inspector", "any store", "samples of grain", "one week"):
        assert carry_quote(STATE + LIST + COURTS, STATE + items + COURTS, quote)[1] == quote


def test_words_moved_out_of_a_paragraph_are_found() -> None:
    old = STATE + LIST + COURTS
    new = STATE + LIST.replace(" and close the store for one week", "") + COURTS
    new += "In winter they may also close the store for one week.\n\n"
    assert carry_quote(old, new, "one week") == ("moved", "one week")


def test_short_line_that_moved_is_found() -> None:
    old, new = RIGHTS + "أحكام عامة:\n\n" + STATE + COURTS, RIGHTS + STATE + COURTS + "أحكام عامة:\n\n"
    assert carry_quote(old, new, "عامة") == ("moved", "عامة")


def test_anchor_beside_a_deletion_is_kept() -> None:
    old, new = WATER + "The fee is paid to the local treasury in March.\n", WATER + "The fee is paid in March.\n"
    assert carry_quote(old, new, "March") == ("kept", "March")
    assert carry_quote(old, new, "fee") == ("kept", "fee")


def test_either_of_two_equal_words_is_not_guessed() -> None:
    old = "The chamber has a higher bench, a lower bench, and a bench for guests of the chamber.\n"
    new = "The chamber has a higher bench, and a bench for guests of the chamber.\n"
    assert carry_quote(old, new, "bench")[0] == "orphaned"
    assert carry_quote(old, new, "guests") == ("kept", "guests")


def test_equal_paragraph_that_may_be_the_deleted_one_is_not_guessed() -> None:
    old, new = RIGHTS + STATE + STATE + COURTS, RIGHTS + STATE + COURTS
    assert carry_quote(old, new, "public freedoms")[0] == "orphaned"
    assert carry_quote(old, new, "public affairs") == ("kept", "public affairs")


def test_unique_words_in_a_rewritten_sentence_are_found() -> None:
    old = RIGHTS + "The council of the valley shall publish all of its accounts before the end of March.\n"
    new = RIGHTS + "Nothing is secret: whoever asks can read what was spent, and why, before the end of March.\n"
    assert carry_quote(old, new, "before the end of March")[1] == "before the end of March"
    assert carry_quote(old, new, "council of the valley")[0] == "orphaned"
