import pytest

from service.domain.text.markup.parser import parse_markup
from service.domain.text.markup.tree import Table
from workers.render.content.line_breaks import (
    MAX_UNBROKEN_TOKEN,
    ZERO_WIDTH_JOINER,
    ZERO_WIDTH_SPACE,
    add_break_opportunities,
    token_pieces,
)
from workers.render.content.table_layout import CELL_PADDING, SMALLEST_TYPE, TABLE_TYPE, TablePage, column_widths
from workers.render.content.text_measure import PageFonts
from workers.render.errors import RenderTableTooWide

ARABIC = TablePage(width=448, landscape_width=694, size=13.5, fonts=PageFonts(1, 0.82, rtl=True))


def table(*rows: tuple[str, ...]) -> Table:
    head, *others = (f"| {' | '.join(row)} |" for row in rows)
    lines = [head, "|---" * len(rows[0]) + "|", *others]
    found = parse_markup("\n".join(lines) + "\n").blocks[0]
    assert isinstance(found, Table)
    return found


def words_fit(made: Table, page: TablePage) -> bool:
    """Whether each column has room for the longest of its words, on the page and in the size that were chosen."""
    layout = column_widths(made, page=page)
    room = (page.landscape_width if layout.landscape else page.width) / layout.size
    return all(
        share * room - CELL_PADDING >= page.fonts.width(word, bold=row is made.head)
        for row in (made.head, *made.rows)
        for cell, share in zip(row.cells, layout.shares, strict=True)
        for child in cell.children
        for word in getattr(child, "text", "").split()
    )


def test_each_column_has_room_for_its_longest_word() -> None:
    prose = "ترميم خزّانات القرية وتنظيف القنوات قبل موسم الأمطار القادم"
    made = table(("اليوم", "العمل", "المتابعة", "المبلغ"), ("2026-03-14", prose, prose, "12,450,000"))
    assert words_fit(made, ARABIC)
    layout = column_widths(made, page=ARABIC)
    assert (layout.size, layout.landscape) == (TABLE_TYPE * ARABIC.size, False)
    assert sum(layout.shares) == pytest.approx(1, abs=0.001)


@pytest.mark.parametrize(("columns", "landscape"), [(8, False), (12, True)])
def test_a_wide_table_gets_smaller_type_and_then_a_landscape_page(columns: int, landscape: bool) -> None:
    made = table(("المسؤولية",) * columns, ("المستوطنات",) * columns)
    layout = column_widths(made, page=ARABIC)
    assert SMALLEST_TYPE <= layout.size < TABLE_TYPE * ARABIC.size or landscape
    assert layout.landscape is landscape
    assert words_fit(made, ARABIC)


def test_a_table_that_fits_on_no_page_is_refused_with_its_widest_row() -> None:
    made = table(("عمود",) * 30, ("كلمة",) * 30, ("والمستشفيات",) * 30)
    with pytest.raises(RenderTableTooWide) as refused:
        column_widths(made, page=ARABIC)
    assert refused.value.code == "table_too_wide"
    assert (refused.value.params["row"], refused.value.params["columns"]) == (3, 30)
    assert str(refused.value.params["words"]).startswith("والمستشفيات | ")


def test_a_table_in_a_list_is_measured_for_the_room_it_has() -> None:
    made = table(("المسؤولية",) * 8, ("المستوطنات",) * 8)
    inside = column_widths(made, page=ARABIC.indented())
    assert inside.size < column_widths(made, page=ARABIC).size
    assert not inside.landscape


@pytest.mark.parametrize("token", ["والمستشفيات", "A/HRC/RES/48/13", "2026-03-14"])
def test_words_and_codes_stay_whole(token: str) -> None:
    assert token_pieces(token) == [token]
    assert add_break_opportunities(f"كلمة {token} كلمة") == f"كلمة {token} كلمة"


@pytest.mark.parametrize("token", ["ab-" * 30, "x" * 90, "لا" * 40, "م" + "ـ" * 60 + "م", "🙂" * 30])
def test_an_overlong_word_gets_places_to_break_and_keeps_its_characters(token: str) -> None:
    broken = add_break_opportunities(token)
    pieces = broken.replace(ZERO_WIDTH_JOINER, "").split(ZERO_WIDTH_SPACE)
    assert "".join(pieces) == token
    assert max(map(len, pieces)) <= MAX_UNBROKEN_TOKEN
