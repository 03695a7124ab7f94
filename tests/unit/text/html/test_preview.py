import pytest
from hypothesis import given
from lxml import etree

from service.domain.errors import InvalidText
from service.domain.text.html.fragment import TAGS, render_preview
from service.domain.text.markup.canonical import canonicalise
from service.domain.text.markup.parser import parse_markup
from service.domain.text.markup.tree import Direction
from tests.unit.text.strategies import ANY_TEXT

pytestmark = pytest.mark.unit

VOID = ("br", "hr")


def show(text: str, *, lang: str = "en") -> str:
    digits, direction = ("arab", "rtl") if lang == "ar" else ("latn", "ltr")
    return render_preview(parse_markup(text), lang=lang, digits=digits, dir=direction)  # type: ignore[arg-type]  # the pair above


def parse(fragment: str) -> etree._Element:
    """Parse strictly: as XML, with the void tags closed."""
    for tag in VOID:
        fragment = fragment.replace(f"<{tag}>", f"<{tag}/>")
    return etree.fromstring(fragment)


@given(ANY_TEXT)
def test_preview_is_well_formed_and_has_only_known_tags(raw: str) -> None:
    try:
        text = canonicalise(raw).text
    except InvalidText:
        return
    page = parse(show(text))
    assert {element.tag for element in page.iter()} <= TAGS
    ids = [element.get("id") for element in page.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    for link in page.iter("a"):
        href = link.get("href") or ""
        assert href[1:] in ids if href.startswith("#") else href.lower().startswith(("http://", "https://", "mailto:"))


def test_user_text_never_becomes_a_tag() -> None:
    shown = show('<script>alert("x")</script> <b onclick=x> [a](javascript:x) &amp;\n')
    assert shown == (
        '<div class="text" lang="en" dir="ltr"><p>&lt;script&gt;alert("x")&lt;/script&gt; &lt;b onclick=x&gt;'
        " [a](javascript:x) &amp;amp;</p></div>"
    )


def test_headings_references_and_runs() -> None:
    shown = show("# المادة 12 {#equality}\n\n[](#equality) [](#gone) [14-B]{dir=ltr lang=en}\n", lang="ar")
    assert '<h2 id="t-h-equality"><span class="label">المادة 12</span></h2>' in shown
    assert '<a href="#t-h-equality">المادة 12</a>' in shown
    assert '<span class="broken">#gone</span>' in shown
    assert '<bdi dir="ltr" lang="en">14-B</bdi>' in shown


def test_codes_and_grouped_numbers_are_isolated_in_arabic_lines() -> None:
    shown = show("بحسب الوثيقة E/CN.4/2005، 17 نيسان، والكلفة 3 400 000.\n", lang="ar")
    assert '<bdi dir="ltr">E/CN.4/2005</bdi>، 17 نيسان، والكلفة <bdi dir="ltr">3 400 000</bdi>.' in shown
    assert '<p>The word <bdi dir="rtl">عهد</bdi>, 17 April.</p>' in show("The word عهد, 17 April.\n")
    assert shown.count("<bdi") == 2


def test_a_phrase_in_two_markups_keeps_its_order() -> None:
    assert "قالت World <strong>Bank</strong> ذلك" in show("قالت World **Bank** ذلك\n", lang="ar")


def test_notes_link_there_and_back() -> None:
    shown = show("أ[^x] ب[^x]\n\n[^x]: note\n", lang="ar")
    assert '<sup id="t-c-1-1"><a href="#t-n-1">١</a></sup>' in shown
    assert '<li id="t-n-1"><p><bdi dir="ltr">note</bdi> <a href="#t-c-1-1" aria-label="Back to the text">↩</a>' in shown
    assert '<a href="#t-c-1-2"' in shown


def test_lists_and_tables() -> None:
    shown = show("3. a\n4. b\n\n| x | y |\n|--:|---|\n| 1 | 2 |\n")
    assert '<ol class="labelled" role="list" start="3"><li><bdi class="item-label" dir="ltr">3. </bdi>a</li>' in shown
    assert '<th scope="col" class="align-end">x</th>' in shown
    assert '<td class="align-default">2</td>' in shown


def test_number_of_an_article_is_marked_unless_its_heading_has_two_directions() -> None:
    def heading(text: str, direction: Direction) -> str:
        return render_preview(
            parse_markup(f"## {text}\n"), lang="en", digits="latn", dir=direction, prefix="t", translate=str
        )

    assert '<span class="label">Article 4</span>: Return' in heading("Article 4: Return", "ltr")
    assert '<span class="label">' not in heading("Return", "ltr")
    assert '<span class="label">' not in heading("المادة ٤: العودة", "ltr")
    assert '<span class="label">المادة ٤</span>' in heading("المادة ٤: العودة", "rtl")
