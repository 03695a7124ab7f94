"""Whatever a person typed in Word comes back as typed."""

from hypothesis import given
from hypothesis import strategies as st

from service.domain.text.html.fragment import render_preview
from service.domain.text.markup.canonical import canonicalise_entry
from service.domain.text.markup.inlines import plain_text
from service.domain.text.markup.parser import parse_markup
from service.domain.text.markup.tree import Paragraph
from tests.support.hypothesis_profiles import examples
from workers.intake.model import Losses, PieceStyle, TextPiece
from workers.intake.writing.inline_writer import InlineWriter

SIGNS = [
    "*",
    "**",
    "_",
    "____",
    "`",
    "``",
    "[",
    "]",
    "](x)",
    "](#a)",
    "[^1]",
    "{dir=ltr}",
    "<b>",
    "<a:b>",
    "<a@b.c>",
    "\\",
]
SIGNS += ["|", "---", "===", "~~~", "#", "+", ">", "!", "![x](y)", "&amp;", "1.", "2026.", "(أ)", "أ-", "{#id}", ":"]
TEXTS = st.lists(st.sampled_from([*SIGNS, " ", " ", "\n", "كلمة", "ـً", "word", "5"]), max_size=12).map("".join)
STYLES = st.builds(PieceStyle, strong=st.booleans(), emphasis=st.booleans(), code=st.just(False))


def write(pieces: list[TextPiece]) -> str:
    writer = InlineWriter(add_note=lambda note: "1", label_particle=lambda id, text: None, losses=Losses())
    return writer.write(pieces)


def shown(text: str) -> str:
    blocks = parse_markup(canonicalise_entry(text).text).blocks
    assert all(isinstance(block, Paragraph) for block in blocks), text
    return "".join(plain_text(block.children) for block in blocks if isinstance(block, Paragraph))


def squeezed(text: str) -> str:
    return "".join(text.split())


@examples(500)
@given(TEXTS)
def test_typed_signs_are_words(text: str) -> None:
    typed = "\n".join(f"س {line}" for line in text.split("\n"))  # a marker at the beginning of a line makes an item
    assert squeezed(shown(write([TextPiece(typed)]))) == squeezed(typed)


@examples(500)
@given(st.lists(st.builds(TextPiece, TEXTS.map(lambda text: text.replace("\n", " ")), STYLES), max_size=5))
def test_words_in_any_formatting_are_kept(pieces: list[TextPiece]) -> None:
    pieces = [TextPiece("س "), *pieces]
    assert squeezed(shown(write(pieces))) == squeezed("".join(one.text for one in pieces))


def test_blanks_of_a_form_stay_as_they_are() -> None:
    blanks = f"الاسم {'_' * 30} والصفة {'_' * 4}"
    assert write([TextPiece(blanks)]) == blanks
    tight = write([TextPiece(f"الاسم:{'_' * 30}، {'_' * 5}نهاية")])
    page = render_preview(parse_markup(f"{tight}\n"), lang="ar", digits="arab", dir="rtl")
    assert "_" * 30 in page and "<strong>" not in page and "<em>" not in page


def test_markup_that_reaches_farther_is_outermost() -> None:
    strong, both = PieceStyle(strong=True), PieceStyle(strong=True, emphasis=True)
    assert write([TextPiece("a ", strong), TextPiece("b", both), TextPiece(" c", strong)]) == "**a *b* c**"
    emphasis = PieceStyle(emphasis=True)
    assert write([TextPiece("a ", emphasis), TextPiece("b", both)]) == "*a **b***"


def test_formatting_that_cannot_be_written_is_given_up_and_counted() -> None:
    writer = InlineWriter(add_note=lambda note: "1", label_particle=lambda id, text: None, losses=Losses())
    text = writer.write(
        [TextPiece("a", PieceStyle(strong=True)), TextPiece("*", PieceStyle(emphasis=True)), TextPiece("b")]
    )
    assert shown(text) == "a*b"
