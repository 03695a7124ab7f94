import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.text.markup.tree import Direction
from service.domain.text.structure.isolated_runs import isolated_runs
from tests.unit.text.strategies import ANY_TEXT

pytestmark = pytest.mark.unit


def isolated(text: str, line: Direction) -> list[str]:
    return [run.text for run in isolated_runs(text, line=line) if run.direction]


@given(ANY_TEXT, st.sampled_from(["rtl", "ltr"]))
def test_pieces_together_are_the_text(text: str, line: Direction) -> None:
    assert "".join(run.text for run in isolated_runs(text, line=line)) == text


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("بموجب القرار A/HRC/31/L.5، 17 آذار 2016", ["A/HRC/31/L.5"]),
        ("القرار S/RES/1325 (2000) بشأن المرأة", ["S/RES/1325 (2000)"]),
        ("الهاتف +961 1 987-654، مكتب بيروت", ["+961 1 987-654"]),
        ("الهاتف 00961 1 987 654", ["00961 1 987 654"]),
        ("الهاتف +961 1 987 6543 17-C والقرار", ["+961 1 987 6543", "17-C"]),
        ("بلغت 3 400 000 أو ٣ ٤٠٠ ٠٠٠ ليرة", ["3 400 000", "٣ ٤٠٠ ٠٠٠"]),
        ('قال: "We left at noon, (all 40)." ثم مضى', ['"We left at noon, (all 40)."']),
        ("بُنيت بـ C++، و.NET، وعلى @river_watch", ["C++", ".NET", "@river_watch"]),
        ("كتبت Lina K. (المنسّقة)", ["Lina K."]),
        ("يومَ 2025-11-03 عند -7 درجات بكلفة $12.40", ["2025-11-03", "-7", "$12.40"]),
        ("من 2019-2026 والصفحات 14–17 وفي 12/03/2026", []),
        ("See Annex No. 4, para. 9 — بالإنكليزية", ["See Annex No. 4, para. 9"]),
        ("Save the Children, 3 أيار", ["Save the Children"]),
        ("المعهد (House of Water, 2021) في حلب", ["House of Water, 2021"]),
    ],
)
def test_runs_of_arabic_lines(text: str, runs: list[str]) -> None:
    assert isolated(text, "rtl") == runs


def test_arabic_runs_of_english_lines() -> None:
    assert isolated("The words العهد الوطني, 28 July («ميثاق») and no more", "ltr") == ["العهد الوطني", "ميثاق"]


def test_a_run_that_goes_on_in_other_markup_is_not_isolated() -> None:
    first, second = "قالت منظمة River ", "Watch"
    assert [run.direction for run in isolated_runs(first, line="rtl", after=second)] == [None, None, None]
    assert [run.direction for run in isolated_runs(second, line="rtl", before=first)] == [None]
    assert [run.direction for run in isolated_runs(second, line="rtl", before="قالت")] == ["ltr"]


@pytest.mark.parametrize("unit", ["A1", "a ", "a. ", "a (", '"a', "1 ", "+1", "a(", "1-", "1.", "00", "-1,"])
def test_long_lines_take_linear_time(unit: str) -> None:
    """A quadratic pattern would not finish."""
    line = unit * 30_000
    assert sum(len(run.text) for run in isolated_runs(line, line="rtl")) == len(line)


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("so مــدّ stays", ["مــدّ"]),
        ("asked لماذا؟ World", ["لماذا؟"]),
        ("first أوّلًا؛ second", ["أوّلًا؛"]),
    ],
)
def test_words_in_latin_lines_keep_their_tatweel_and_their_signs(text: str, runs: list[str]) -> None:
    assert isolated(text, "ltr") == runs
