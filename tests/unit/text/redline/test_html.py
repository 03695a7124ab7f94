import re

import pytest
from hypothesis import given
from lxml import etree, html

from service.domain.errors import InvalidText
from service.domain.text.markup.canonical import canonicalise
from service.domain.text.redline.lines import LineRun, RedlineLine, redline_lines
from service.domain.text.redline.redline import compute_redline
from service.domain.text.redline.rendering.html_document import change_summary, render_inline, render_page
from service.domain.text.redline.rendering.inline import TAGS, AuthorBadge, RedlineWriter
from service.domain.text.redline.rendering.labels import labels_for
from service.domain.text.redline.side_by_side import side_by_side
from tests.unit.text.strategies import ANY_TEXT

pytestmark = pytest.mark.unit


def show(old: str, new: str, *, lang: str = "en") -> str:
    return render_inline(compute_redline(old, new), old, new, lang=lang)


@given(ANY_TEXT, ANY_TEXT)
def test_html_is_well_formed_with_known_tags_and_both_texts(old: str, new: str) -> None:
    try:
        old, new = canonicalise(old).text, canonicalise(new).text
    except InvalidText:
        return
    shown = etree.fromstring(show(old, new))
    assert {element.tag for element in shown.iter()} <= TAGS
    ids = [element.get("id") for element in shown.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert {link.get("href") for link in shown.iter("a")} <= {f"#{name}" for name in ids}


def test_insertions_and_deletions_are_announced() -> None:
    assert show("four years\n", "five years\n") == (
        '<div class="redline" lang="en" dir="ltr"><p class="text">'
        '<del id="c-1"><span class="spoken">removed: </span>four</del>'
        '<ins><span class="spoken">added: </span>five</ins> years</p></div>'
    )
    assert '<span class="spoken">محذوف: </span>أربع</del>' in show("أربع سنوات\n", "خمس سنوات\n", lang="ar")


def test_user_text_never_becomes_a_tag() -> None:
    shown = show("<b>a</b>\n", '<script>alert("x")</script>\n')
    assert "<script" not in shown
    assert "<b>" not in shown


def test_headings_items_rows_and_markup() -> None:
    text = "## Article 2 {#two}\n\n1. See [](#two), [14-B]{dir=ltr}\n\n| a | b |\n|---|---|\n| c | d |\n"
    shown = show(text, text + "\nnew\n")
    assert '<p class="heading heading-2" role="heading" aria-level="3">Article 2</p>' in shown
    assert '<span class="marker"><bdi dir="ltr">1.</bdi></span> See <bdi>Article 2</bdi>, ' in shown
    assert '<bdi dir="ltr">14-B</bdi></p>' in shown
    assert '<p class="row">c <bdi class="mark" dir="ltr">|</bdi> d</p>' in shown
    assert "---" not in shown


def test_literal_markup_characters_are_shown() -> None:
    assert "[x]{class=big}" in show("[x]{class=big} a\n", "[x]{class=big} b\n")


def test_long_unchanged_passages_are_folded() -> None:
    old = "".join(f"Paragraph {number}.\n\n" for number in range(12))
    shown = show(old + "End.\n", old + "The end.\n", lang="ar")
    assert "<summary>فقرات لم تتغيّر: ١٠</summary>" in shown
    assert "Paragraph 5." in shown


def test_moves_link_to_each_other() -> None:
    moved = "Everyone has the right to take part in the public affairs of the country."
    rest = "Courts are independent and no authority may interfere in their work or in the application of any law."
    old, new = f"{moved}\n\n{rest}\n\nThe end.\n", f"{rest}\n\n{moved}\n\nThe end.\n"
    shown = show(old, new)
    assert '<div class="moved" id="m-1-old"><p class="moved-to"><a href="#m-1-new">' in shown
    assert '<div class="moved" id="m-1-new"><p class="moved-to"><a href="#m-1-old">' in shown


def test_summary() -> None:
    old, new = "## Article 1\n\nA b c d e f.\n", "## Article 2\n\nA b x d e f.\n\nNew.\n"
    assert (
        change_summary(compute_redline(old, new), lang="en")
        == "Changes: 2, renumbered: 1, blanks and invisible marks: 1"
    )
    assert change_summary(compute_redline(old, old), lang="ar") == "النصّان متطابقان."


@pytest.mark.parametrize(("lang", "direction"), [("ar", "rtl"), ("en", "ltr")])
def test_page_is_self_contained(lang: str, direction: str) -> None:
    old, new = "## Article 1\n\nA <b> b c.\n", "## Article 2\n\nA <b> d c.\n"
    shown = render_page(
        compute_redline(old, new), old, new, lang=lang, title="T <i>", old_name="one.md", new_name="two.md"
    )
    root = html.document_fromstring(shown.encode())
    assert (root.get("lang"), root.get("dir")) == (lang, direction)
    assert not root.xpath("//script | //link | //img | //*[@src] | //i | //b")
    assert "url(" not in shown
    assert root.findtext("body/header/h1") == root.findtext("head/title")


def test_word_of_two_authors_is_named_once_and_reads_whole() -> None:
    signs = {
        who: AuthorBadge(str(number), number, f"{who} added:", "") for number, who in enumerate(("rima", "jihan"), 1)
    }
    writer = RedlineWriter(labels_for("ar"), {}, signs)
    its = [
        LineRun("insert", "", words, author=who)
        for words, who in (("ثلاث", "jihan"), ("ةُ", "rima"), (" أشهر", "jihan"))
    ]
    shown = writer.render_line(RedlineLine("text", 0, "", tuple(its)))
    assert shown.count("jihan added:") == 2
    assert "rima added:" not in shown and '<ins class="who1">ةُ</ins>' in shown


def test_items_have_the_labels_that_the_text_prints() -> None:
    old = "1. واحد\n   1. فرع\n   1. فرع ثانٍ\n\nكلمات\n\n(ج) بند\n"
    new = old.replace("(ج) بند", "(ج) بند جديد\n(د) بند آخر").replace("1. واحد", "4. واحد")
    shown = render_inline(compute_redline(old, new), old, new, lang="ar")
    labels = re.findall(r'<span class="marker"><bdi dir="rtl">([^<]*)</bdi></span> ([^< ]*)', shown)
    assert [label for label, _ in labels] == ["(أ)", "(ب)", "(ج)", "(د)"]


def test_both_columns_label_an_item_as_their_text_does() -> None:
    old, new = "1. one\n1. two\n", "1. new\n1. one\n1. two\n"
    lines = list(redline_lines(compute_redline(old, new), old, new))
    writer = RedlineWriter(labels_for("en"), {}, texts=(old, new))
    shown = [[writer.item_label(side) if side else "" for side in row] for row in side_by_side(lines)]
    assert shown == [["", "1."], ["1.", "2."], ["2.", "3."]]
