"""The page of a PDF: reference line, headings, numbered paragraphs, signatories, parts, and the mark of a draft."""

import io
from collections.abc import Callable
from itertools import pairwise

import pikepdf
import pytest

from tests.integration.workers.render.pdf_geometry import MILLIMETRE, Pages, Place
from workers.render.content.manuscript import Coalition, DraftMark, Manuscript, Signatory
from workers.render.formats import render

Make = Callable[..., Manuscript]

WIDTH, MARGIN, TOP_MARGIN = 210 * MILLIMETRE, 26 * MILLIMETRE, 27 * MILLIMETRE
ACCENT, INK = (0x6A, 0x2A, 0x5C), (0x22, 0x1B, 0x26)


def signed(count: int, *, long_every: int = 7) -> tuple[Signatory, ...]:
    """Return signatories with unique names, some of them of several lines."""
    more = " for the women who were displaced from the villages along the river"
    return tuple(
        Signatory(f"Name{number:03}{more if number % long_every == 0 else ''}", "endorse")
        for number in range(1, count + 1)
    )


def assert_inside_the_margins(pages: Pages) -> None:
    slack = 1.5
    outside = [one for one in pages.glyphs() if one.left < MARGIN - slack or one.right > WIDTH - MARGIN + slack]
    assert not outside


@pytest.mark.parametrize(
    ("paragraphs", "count", "columns"), [(9, 3, 2), (6, 40, 2), (17, 59, 2), (26, 61, 3), (9, 200, 3)]
)
def test_signatories_are_read_downwards_in_columns_on_each_page(
    plain_manuscript: Make, paragraphs: int, count: int, columns: int
) -> None:
    text = "A short paragraph.\n\n" * paragraphs + "One with a note.[^n]\n\n[^n]: Its note.\n"
    pages = Pages(render(plain_manuscript(text, signatories=signed(count)), "pdf"))
    places = [pages.find(f"Name{number:03}") for number in range(1, count + 1)]
    assert places == sorted(places, key=lambda one: (one.page, round(one.left), -one.top))
    assert max(len({round(one.left) for one in places if one.page == page}) for page in range(len(pages.texts))) == (
        columns
    )
    labels = [next(pages.find_all(f"{number}. Name{number:03}")) for number in range(1, count + 1)]
    assert len(labels) == count
    assert f"Endorsing organisations ({count})" in pages.words()
    assert pages.find("Endorsing organisations").page == places[0].page
    assert_inside_the_margins(pages)


def test_columns_of_signatories_are_balanced_and_do_not_overlap(plain_manuscript: Make) -> None:
    pages = Pages(render(plain_manuscript("Text.", signatories=signed(58, long_every=3)), "pdf"))
    places = [pages.find(f"Name{number:03}") for number in range(1, 59)]
    for above, below in pairwise(places):
        if round(above.left) == round(below.left) and above.page == below.page:
            assert below.top < above.bottom
    lowest = [min(one.bottom for one in places if round(one.left) == left) for left in {round(p.left) for p in places}]
    assert len({one.page for one in places}) > 1 or max(lowest) - min(lowest) < 60


def test_arabic_signatories_are_numbered_and_counted(plain_manuscript: Make) -> None:
    names = tuple(Signatory(f"رابطة{'ابتثجحخد'[number]}", "endorse") for number in range(8))
    pages = Pages(render(plain_manuscript("نصّ.", "ar", signatories=names, issued_by="signatories"), "pdf"))
    first, last = pages.find("رابطةا"), pages.find("رابطةد")
    assert first.left > WIDTH / 2 > last.left
    assert "(٨)" in pages.words() or ")٨(" in pages.words()


@pytest.fixture(scope="module")
def marked_draft() -> Pages:
    text = "First paragraph.\n\n- an item\n\n> Quoted.\n\n## Heading\n\nSecond paragraph.\n\n" + "More.\n\n" * 40
    manuscript = Manuscript(
        lang="en",
        dir="ltr",
        digits="latn",
        kind="statement",
        title="Water for all",
        text=text,
        place="Aleppo",
        date="2026-03-05",
        coalition=Coalition("A coalition"),
        authentic=("ar", "en"),
        reference="ST/2026/7",
        numbered_paragraphs=True,
        draft=DraftMark(3, "Orontes Initiative", "2026-11-30"),
    )
    return Pages(render(manuscript, "pdf"))


def test_draft_is_marked_on_every_page(marked_draft: Pages) -> None:
    count = len(marked_draft.texts)
    assert count > 1
    for words in ("Draft: version 3 of “Water for all”, not approved", "Orontes Initiative, 30 November 2026"):
        assert [one.page for one in marked_draft.find_all(words)] == list(range(count))


def test_reference_line_stands_at_the_outer_edge_of_the_first_page(marked_draft: Pages) -> None:
    places = [marked_draft.find(words) for words in ("ST/2026/7", "Aleppo, 5 March 2026", "Original: Arabic, English")]
    assert all(one.page == 0 and one.left > WIDTH / 2 for one in places)
    assert sorted(places, key=lambda one: -one.top) == places
    assert marked_draft.words().count("5 March 2026") == 1
    assert [one.page for one in marked_draft.find_all("ST/2026/7")] == list(range(len(marked_draft.texts)))


def test_paragraphs_are_numbered_and_nothing_else(marked_draft: Pages) -> None:
    words = marked_draft.words()
    for numbered in ("1. First paragraph.", "2. Second paragraph.", "3. More.", "42. More."):
        assert numbered in words
    assert "43." not in words


def test_draft_is_marked_in_the_properties(plain_manuscript: Make) -> None:
    made = render(plain_manuscript("نصّ.", "ar", title="الماء", draft=DraftMark(None, "", "2026-11-30")), "pdf")
    with pikepdf.open(io.BytesIO(made)) as pdf, pdf.open_metadata() as metadata:
        assert metadata["dc:title"] == "مسودة «الماء»، غير معتمَدة"


def test_long_title_is_a_step_smaller_and_running_head_is_short(plain_manuscript: Make) -> None:
    long = "Water " + "and the right to it " * 13
    pages = Pages(render(plain_manuscript("x\n\n" * 60, title=long.strip(), coalition=Coalition(long.strip())), "pdf"))
    short = Pages(render(plain_manuscript("x", title="Water and"), "pdf"))
    heights = [max(one.height for one in each.find_all("Water and")) for each in (pages, short)]
    assert heights[0] < 0.85 * heights[1]
    body = pages.find("x")
    assert pages.texts[1].get_text_bounded().count("…") == 2
    assert body.page == 0
    assert_inside_the_margins(pages)


def test_heading_keeps_two_lines_and_reserves_nothing_else(plain_manuscript: Make) -> None:
    """Sections of one to four one-line blocks, so that headings come near the foot of every page."""
    blocks = [("1. item\n2. item", "line.", "line.")[: 1 + number % 3] for number in range(90)]
    text = "\n\n".join(f"## Head{number:03}\n\n" + "\n\n".join(found) for number, found in enumerate(blocks))
    pages = Pages(render(plain_manuscript(text), "pdf"))
    heads = [pages.find(f"Head{number:03}") for number in range(90)]
    lines = sorted(
        {(one.page, -round(one.bottom)) for words in ("item", "line.") for one in pages.find_all(words)},
    )
    assert len({head.page for head in heads}) > 3
    for head in heads:
        below = [at for page, at in lines if page == head.page and at > -head.bottom]
        assert len(below) >= 2 or head == heads[-1], "a heading has fewer than two lines below it on its page"
        assert below[0] + head.bottom < 3 * head.height


@pytest.mark.parametrize(
    ("lang", "part", "article"), [("en", "Part One", "Article 1"), ("ar", "الباب الأول", "المادة ١")]
)
def test_parts_begin_a_page_and_numbers_have_the_accent(
    plain_manuscript: Make, lang: str, part: str, article: str
) -> None:
    body = "Words." if lang == "en" else "كلمات."
    names = (part, "Part Two" if lang == "en" else "الباب الثاني")
    text = "\n\n".join(f"## {name}: xyz\n\n### {article}: klm\n\n{body}" for name in names)
    pages = Pages(render(plain_manuscript(text, lang, kind="constitution", title="T"), "pdf"))
    found = [one for one in pages.find_all("xyz") if one.page > 1]
    assert [one.page for one in found] == [2, 3]
    assert all(one.top > 297 * MILLIMETRE - TOP_MARGIN - 30 for one in found)
    heading: Place = next(one for one in pages.find_all("klm") if one.page > 1)
    number = next(one for one in pages.find_all(article.split()[0]) if one.page > 1)
    assert (number.colour, heading.colour) == (ACCENT, INK)


def test_marks_of_a_mandate_are_printed_beside_the_signatory(plain_manuscript: Make) -> None:
    marked = (Signatory("First", "endorse", None, ("confirmed_by_one", "mail")), Signatory("Second", "endorse"))
    words = Pages(render(plain_manuscript("x", signatories=marked), "pdf")).words()
    assert "1. First (mandate confirmed by one person) (signed by email alone)" in words
    assert words.count("mandate") == 1


@pytest.mark.parametrize("words", ["مدرَّبين في خدمة", "ونضع مئتي متطوّعة ومتطوّع مدرَّبين في خدمة جلسات الاستماع"])
def test_letters_that_marks_move_are_read_back_in_order(plain_manuscript: Make, words: str) -> None:
    """The font sets the ب after رَّ at a distance: two pieces of one run whose edges do not meet."""
    assert render(plain_manuscript(words, "ar"), "pdf")
