import hashlib
import io
from collections.abc import Callable
from typing import get_args

import pikepdf
import pypdfium2  # type: ignore[import-untyped]  # ships no types
import pytest
from PIL import Image

from service.domain.publication.export import FORMATS
from workers.render.content.manuscript import Coalition, Kind, Manuscript
from workers.render.errors import RenderRefused, RenderUnprintable
from workers.render.formats import pipeline_key, render

Make = Callable[..., Manuscript]

HOSTILE = [
    '#import "/etc/passwd": *',
    '#read("/etc/passwd")',
    "$x$ and $ y $",
    "a \\ b \\",
    "] } ) [ { (",
    "// a comment /* and */ another",
    "@ref and <label>",
    "#let x = 1; #x",
    "#panic()",
    "= not a heading",
    "a -- b --- c ... d -? e ~ f",
    "http://a.example/x//y",
    "\"straight\" 'quotes'",
    "\\u{41} \\#x",
    "`#x` ```y",
    "1\\. one",
]


def words_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return " ".join(" ".join(page.get_textpage().get_text_bounded().split()) for page in document)


def fonts_of(pdf: pikepdf.Pdf) -> list[pikepdf.Object]:
    return [found for found in pdf.objects if isinstance(found, pikepdf.Dictionary) and "/FontDescriptor" in found]


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_file_conforms_to_its_declared_standard(manuscript: Make, lang: str) -> None:
    made = render(manuscript(lang), "pdf")
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert pdf.Root.Lang == lang
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.OutputIntents
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        with pdf.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"] == manuscript(lang).title
        descriptors = [font.FontDescriptor for font in fonts_of(pdf)]
        assert descriptors
        assert all({"/FontFile2", "/FontFile3"} & set(descriptor.keys()) for descriptor in descriptors)


@pytest.mark.parametrize("lang", ["ar", "en"])
@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_kind_is_rendered_in_every_language(manuscript: Make, kind: Kind, lang: str) -> None:
    assert render(manuscript(lang, kind=kind), "pdf").startswith(b"%PDF-1.7")


def test_same_manuscript_gives_the_same_bytes(manuscript: Make) -> None:
    assert render(manuscript("ar"), "pdf") == render(manuscript("ar"), "pdf")


def test_stages_are_reported_in_order(manuscript: Make) -> None:
    edits_in_bytes: list[str] = []
    render(manuscript("ar"), "pdf", report=edits_in_bytes.append)
    assert tuple(edits_in_bytes) == FORMATS["pdf"].stages


@pytest.mark.parametrize("line", HOSTILE)
def test_user_text_is_never_interpreted_as_code(plain_manuscript: Make, line: str) -> None:
    """As a title, a name, a paragraph, an item, a cell and a note: it is printed as it was written."""
    text = "\n\n".join(f"x{mark}x" for mark in line.split())
    made = render(plain_manuscript(text, title=line, addressees=(line,), coalition=Coalition(line)), "pdf")
    said = words_of(made)
    assert said.count(" ".join(line.split())) >= 2
    assert "root:" not in said


def test_leading_symbols_stay_symbols(plain_manuscript: Make) -> None:
    items = "- \\- item\n- \\= head\n\n1. \\+ plus\n2. \\1. one\n\n"
    text = items + "| a | b |\n|---|---|\n| \\- c | \\= d |\n\nx\n\\- y\n/ z\n"
    said = words_of(render(plain_manuscript(text), "pdf"))
    for kept in ("- item", "= head", "+ plus", "1. one", "- c", "= d", "x - y / z"):
        assert kept in said


def test_headings_that_skip_levels_are_rendered(plain_manuscript: Make) -> None:
    assert render(plain_manuscript("### a\n\n# b\n\n#### c\n\n###### d\n"), "pdf")


def test_broken_links_and_duplicate_ids_are_rendered(plain_manuscript: Make) -> None:
    assert render(plain_manuscript("# a {#x}\n\n[](#x) [](#gone) [here](#gone)\n"), "pdf")


def test_empty_fields_leave_no_trace(plain_manuscript: Make) -> None:
    assert words_of(render(plain_manuscript("Only this."), "pdf")) == "Joint statement Title Only this. Page 1 of 1"


def test_dissent_is_printed(manuscript: Make) -> None:
    text = words_of(render(manuscript("en"), "pdf"))
    assert "Abstained: Jazira Teachers’ Gathering." in text
    assert "Did not endorse: Diaspora Forum for Citizenship." in text
    assert "(reservation 1)" in text
    assert "three months is longer than families" in text


def test_sample_is_marked_on_every_page(manuscript: Make) -> None:
    text = words_of(render(manuscript("en", sample=True), "pdf"))
    assert text.count("Sample") >= 2


def test_translation_is_marked(manuscript: Make) -> None:
    text = words_of(render(manuscript("en", authentic=("ar",)), "pdf"))
    assert "Translation. The authentic text is the Arabic one." in text


def test_later_translation_shows_its_date_and_that_it_is_not_sealed(manuscript: Make) -> None:
    text = words_of(render(manuscript("en", authentic=("ar",), followed_on="2026-11-22"), "pdf"))
    assert "added on 22 November 2026, after the text was approved, and the seal does not cover it" in text


def test_logo_is_the_one_named_by_the_manuscript(manuscript: Make) -> None:
    whole = io.BytesIO()
    Image.new("RGB", (40, 40), "purple").save(whole, "PNG")
    logo = whole.getvalue()
    named = Coalition("Coalition", hashlib.sha256(logo).hexdigest())
    assert b"/Subtype/Image" in render(manuscript("en", coalition=named), "pdf", logo=logo).replace(b" ", b"")
    with pytest.raises(RenderRefused):
        render(manuscript("en"), "pdf", logo=logo)
    with pytest.raises(RenderRefused):
        render(manuscript("en", coalition=named), "pdf")


def test_unprintable_letter_is_named(plain_manuscript: Make) -> None:
    with pytest.raises(RenderUnprintable, match="😀") as refused:
        render(plain_manuscript("First line.\n\nGood 😀 day"), "pdf")
    assert refused.value.extra == {"line": 3, "words": "Good 😀 day", "part": "text"}


def test_artefact_key_names_every_tool(manuscript: Make) -> None:
    key = pipeline_key("pdf")
    assert {"pipeline", "pandoc", "typst", "writers", "templates", "fonts"} == set(key)


@pytest.mark.parametrize(
    ("lang", "message"),
    [("en", "International Covenant on Civil and Political Rights, Article 25 (A/RES/2200(XXI)A)."), ("ar", "٢٥")],
)
def test_citation_is_a_footnote_in_the_language_of_the_text(plain_manuscript: Make, lang: str, message: str) -> None:
    assert message in words_of(
        render(plain_manuscript("Cited.[](ref:iccpr-25)\n\nAgain.[](ref:iccpr-25)\n", lang), "pdf")
    )
