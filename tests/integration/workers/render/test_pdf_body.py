"""The body of a PDF: lists, notes and links anywhere, tables, runs of two directions. Each language is set once."""

import io
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise

import pikepdf
import pypdfium2  # type: ignore[import-untyped]  # ships no types
import pytest

from service.domain.text.markup.printable import RANGES
from service.files.script_fonts import SCRIPT_FONTS, available_scripts
from workers.render.content.manuscript import Manuscript
from workers.render.errors import RenderDiffers
from workers.render.formats import render

LINE_HEIGHT = 8
"""Points between the floors of two lines, at least."""

MARGIN = 73.7
"""Points."""

MARKUP = "\\`*_[]{}<>#|&~$^!"
ROWS = "".join(f"| القرية {number} | {number * 7} |\n" for number in range(1, 41))
ARABIC = f"""## باب المياه[^one] والأراضي {{#water}}

- نقطة أولى
  - نقطة ثانية
    - نقطة ثالثة
      - نقطة رابعة

بحسب [](#water) والوثيقة E/CN.4/2005، 17 نيسان، والكلفة 3 400 000 ليرة، انظر المادة 15[^two].

##

## [^three]

### حقوق المزارعين[^four] {{#farmers}}

| البلدة[^five] | [العدد](https://data.example.org/villages) |
|---|--:|
{ROWS}
وفي البيان{"ـ" * 200}ات كلمة طويلة، وعنوان https://river.example.org/{"reports/" * 12}.

والبريد team@river.example.org وحده.

## ما نطلبه من UNDP 2030 {{#ask}}

نصّ.

[^one]: أولى

    فقرة ثانية من الحاشية
[^two]: ثانية
[^three]: ثالثة
[^four]: رابعة
[^five]: خامسة
"""
ENGLISH = """## Seeing the word عهد

The word عهد[^a], 28 July, appears.

## The عهد of the river

Text.

[^a]: Once.
"""


@dataclass(frozen=True)
class Printed:
    """A file, and what is read from it."""

    pdf: bytes
    pages: tuple[str, ...]
    lines: tuple[str, ...]
    """Visual lines: characters from left to right."""

    def line_with(self, words: str) -> str:
        return next(line for line in self.lines if words in line)


def read(text: str, lang: str) -> Printed:
    rtl = lang == "ar"
    manuscript = Manuscript(
        lang, "rtl" if rtl else "ltr", "arab" if rtl else "latn", "constitution", title="عهد النهر", text=text
    )
    pdf = render(manuscript, "pdf")
    with pypdfium2.PdfDocument(pdf) as document:
        textpages = [page.get_textpage() for page in document]
        pages = tuple(" ".join(each.get_text_bounded().replace("\xa0", " ").split()) for each in textpages)
        return Printed(pdf, pages, tuple(line for each in textpages for line in visual_lines(each)))


def visual_lines(textpage: pypdfium2.PdfTextPage) -> Iterator[str]:
    """Yield the characters of each line from left to right; raised ones belong to the line below."""
    boxes = [
        (*textpage.get_charbox(index, loose=True), textpage.get_text_range(index, 1))
        for index in range(textpage.count_chars())
    ]
    boxes = sorted((box for box in boxes if box[4].strip()), key=lambda box: -box[1])
    while boxes:
        floor = boxes[0][1] - LINE_HEIGHT
        line = [box for box in boxes if box[1] > floor]
        boxes = boxes[len(line) :]
        yield "".join(box[4] for box in sorted(line))


@pytest.fixture(scope="module")
def arabic() -> Printed:
    return read(ARABIC, "ar")


@pytest.fixture(scope="module")
def english() -> Printed:
    return read(ENGLISH, "en")


def test_bullets_of_any_depth_print(arabic: Printed) -> None:
    assert all(f"نقطة {word}" in arabic.pages[2] for word in ("أولى", "ثانية", "ثالثة", "رابعة"))


def test_contents_have_whole_headings_without_notes(arabic: Printed) -> None:
    contents = arabic.pages[1]
    assert all(words in contents for words in ("باب المياه والأراضي", "حقوق المزارعين", "ما نطلبه من"))
    assert "(" not in contents


def test_page_number_of_the_contents_stands_at_the_end(english: Printed) -> None:
    assert english.line_with("Seeing").endswith("...3")


def test_each_note_is_printed_once(arabic: Printed) -> None:
    text = " ".join(arabic.pages)
    assert all(text.count(word) == 1 for word in ("خامسة", "فقرة ثانية من الحاشية", "رابعة )٤(", ")٣(")[:2])


def test_repeated_head_of_a_table_has_no_notes_and_links(arabic: Printed) -> None:
    heads = [page for page in arabic.pages if "البلدة" in page]
    assert len(heads) == 3
    assert ["٥" in page.split("البلدة")[0][-6:] for page in heads] == [True, False, False]
    with pikepdf.open(io.BytesIO(arabic.pdf)) as pdf:
        assert targets(pdf).count("https://data.example.org/villages") == 1


def targets(pdf: pikepdf.Pdf) -> list[str]:
    annotations = [each for page in pdf.pages for each in page.get("/Annots", [])]
    return [str(each.A.URI) for each in annotations if "/A" in each and "/URI" in each.A]


def test_bare_addresses_become_links(arabic: Printed) -> None:
    with pikepdf.open(io.BytesIO(arabic.pdf)) as pdf:
        found = targets(pdf)
    assert "mailto:team@river.example.org" in found
    assert f"https://river.example.org/{'reports/' * 12}" in found


def test_codes_and_grouped_numbers_keep_their_order_in_an_arabic_line(arabic: Printed) -> None:
    line = arabic.line_with("E/CN.4/2005")
    assert line.index("17") < line.index("E/CN.4/2005")
    assert "3400000" in line


def test_note_mark_follows_the_number_before_it(arabic: Printed, english: Printed) -> None:
    line = next(line for line in arabic.lines if "٢" in line and "15" in line)
    assert line.index("٢") < line.index("15")
    assert english.line_with("Theword").index("1") > max(english.line_with("Theword").index(letter) for letter in "عهد")


def test_overlong_words_stay_between_the_margins(arabic: Printed) -> None:
    assert outside_of_margins(arabic.pdf) == []


def test_overlong_words_stay_between_the_margins_in_every_place() -> None:
    words = f"{'Wörterbuch' * 9} {'W' * 40} {'لا' * 60} `{'code' * 20}` https://example.org/{'abc' * 40}"
    linked = f"[example.org/{'a-b/' * 30}](https://example.org)"
    nested = f"{'> - ' * 4}{words} {linked}"
    table = f"| {'ab' * 30} | x |\n|---|---|\n| {'W' * 40} | `{'code' * 10}` |"
    text = f"## {words}[^n]\n\n{nested}\n\n{table}\n\n```\n{'x' * 200}\n```\n\n[^n]: {words}\n"
    assert outside_of_margins(read(text, "ar").pdf) == []


def outside_of_margins(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [
            textpage.get_text_range(index, 1)
            for page in document
            for textpage in [page.get_textpage()]
            for index in range(textpage.count_chars())
            for left, _, right, _ in [textpage.get_charbox(index)]
            if right > left
            and not (left >= MARGIN - 1 and right <= page.get_width() - MARGIN + 1)
            and textpage.get_text_range(index, 1).isprintable()
        ]


def test_items_of_a_loose_list_stand_apart_as_paragraphs_do() -> None:
    places = place_of_words(read("- one\n\n  two\n\n- three\n\n- four\n", "en").pdf, ("one", "two", "three", "four"))
    within, between, *_ = (above - below for above, below in pairwise(places))
    assert between >= within - 0.1


def place_of_words(pdf: bytes, words: Iterable[str]) -> list[float]:
    """Return the floors of words on the last page, in points."""
    with pypdfium2.PdfDocument(pdf) as document:
        textpage = document[len(document) - 1].get_textpage()
        starts = [hit[0] for word in words if (hit := textpage.search(word, match_whole_word=True).get_next())]
        return [textpage.get_charbox(index, loose=True)[1] for index in starts]


def test_every_printable_character_prints_in_every_style() -> None:
    """A version is accepted if its characters are in RANGES, so each of them must print."""
    points = [part.partition("-") for part in RANGES.split()]
    characters = [
        chr(point) for first, _, last in points for point in range(int(first, 16), int(last or first, 16) + 1)
    ]
    assert not any(unicodedata.category(character) in {"Co", "Cn", "Cs"} for character in characters)
    words = " ".join(each for each in characters if each not in MARKUP and not each.isspace())
    text = f"# x {words}\n\nx {words} **x {words}** *x {words}* `x {words}`[^n]\n\n- x {words}\n\n[^n]: x {words}\n"
    with suppress(RenderDiffers):  # every glyph was found; marks and signs in a row are no words to be read back
        read(text, "en")


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_syriac_and_armenian_print(lang: str) -> None:
    if len(available_scripts()) < len(SCRIPT_FONTS):
        pytest.skip("the editor was not built: no fonts of other scripts")
    page = read("## ܒܝܬ ܢܗܪܝܢ\n\nܥܕܬܐ **ܕܡܕܢܚܐ** Եկեղեցի **Արևելքի**, 9\n", lang).pages[-1]
    assert all(word in page for word in ("Եկեղեցի", "Արևելքի"))
