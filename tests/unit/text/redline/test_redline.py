import itertools
import json
from itertools import accumulate
from time import process_time

import pytest
import regex
from hypothesis import given

from service.domain.text.markup.tokens import TOKENIZER, tokenize
from service.domain.text.redline.numbered_ops import count_changes
from service.domain.text.redline.redline import Op, Redline, compute_redline
from tests.support.hypothesis_profiles import examples
from tests.unit.text.strategies import ANY_TEXT, LAW_TEXT

pytestmark = pytest.mark.unit

ARTICLES = {
    "rights": "Everyone has the right to take part in the public affairs of the country without any discrimination.",
    "state": "The State protects human rights and public freedoms and is answerable for every violation of them.",
    "courts": "Courts are independent; no authority may interfere in their work or in the application of the law.",
}


def kinds(old: str, new: str) -> list[tuple[str, str, str]]:
    return [
        (op.kind, old[op.a0 : op.a1], new[op.b0 : op.b1]) for op in compute_redline(old, new).ops if op.kind != "equal"
    ]


def ends(text: str) -> set[int]:
    places, place = {0}, 0
    for cluster in regex.findall(r"\X", text):
        place += len(cluster)
        places.add(place)
    return places


def numbered(*bodies: str, start: int = 1) -> str:
    return (
        "\n\n".join(f"## Article {number}\n\n{ARTICLES.get(body, body)}" for number, body in enumerate(bodies, start))
        + "\n"
    )


@examples(300)
@given(ANY_TEXT, ANY_TEXT)
def test_ops_tile_both_texts_and_split_nothing(old: str, new: str) -> None:
    found = compute_redline(old, new)
    a = b = 0
    old_ends, new_ends = ends(old), ends(new)
    for op in found.ops:
        assert (op.a0, op.b0) == (a, b)
        assert op.a1 > a or op.b1 > b
        a, b = op.a1, op.b1
        assert (op.kind == "equal") == (old[op.a0 : op.a1] == new[op.b0 : op.b1])
        assert a in old_ends
        assert b in new_ends
    assert (a, b) == (len(old), len(new))


@given(ANY_TEXT, ANY_TEXT)
def test_both_texts_can_be_rebuilt(old: str, new: str) -> None:
    ops = compute_redline(old, new).ops
    rebuilt = "".join(old[op.a0 : op.a1] if op.kind == "equal" else new[op.b0 : op.b1] for op in ops)
    assert rebuilt == new
    assert compute_redline(old, new) == compute_redline(old, new)


@given(ANY_TEXT)
def test_text_is_equal_to_itself(text: str) -> None:
    found = compute_redline(text, text)
    assert not found.has_changes
    assert len(found.ops) == bool(text)


@given(ANY_TEXT, ANY_TEXT)
def test_adjacent_ops_have_different_kinds(old: str, new: str) -> None:
    ops = compute_redline(old, new).ops
    for one, other in itertools.pairwise(ops):
        assert one.kind != other.kind or one.move is not None or other.move is not None


@examples(300)
@given(LAW_TEXT, LAW_TEXT)
def test_repeated_paragraphs_are_tiled_and_rebuilt(old: str, new: str) -> None:
    ops = compute_redline(old, new).ops
    assert "".join(old[op.a0 : op.a1] for op in ops) == old
    assert "".join(old[op.a0 : op.a1] if op.kind == "equal" else new[op.b0 : op.b1] for op in ops) == new
    assert all((op.kind == "equal") == (old[op.a0 : op.a1] == new[op.b0 : op.b1]) for op in ops)
    assert {op.a1 for op in ops} <= ends(old)
    assert {op.b1 for op in ops} <= ends(new)


@given(LAW_TEXT, LAW_TEXT)
def test_reversed_redline_is_its_inverse(old: str, new: str) -> None:
    mirrored = [(op.kind, new[op.b0 : op.b1], old[op.a0 : op.a1]) for op in compute_redline(old, new).ops]
    assert "".join(before for _, before, _ in mirrored) == new
    assert "".join(before if kind == "equal" else after for kind, before, after in mirrored) == old
    back = compute_redline(new, old)
    assert "".join(new[op.a0 : op.a1] if op.kind == "equal" else old[op.b0 : op.b1] for op in back.ops) == old
    assert (back.old_sha256, back.new_sha256) == (
        compute_redline(old, new).new_sha256,
        compute_redline(old, new).old_sha256,
    )


@given(LAW_TEXT, LAW_TEXT)
def test_each_move_has_two_ends(old: str, new: str) -> None:
    found = compute_redline(old, new)
    for move in found.moves:
        [gone] = [op for op in found.ops if op.move == move.id and op.kind == "delete"]
        [come] = [op for op in found.ops if op.move == move.id and op.kind == "insert"]
        assert (gone.a0, gone.a1, come.b0, come.b1) == (move.a0, move.a1, move.b0, move.b1)
        a, b = move.a0, move.b0
        for op in move.ops:
            assert (op.a0, op.b0) == (a, b) and op.move is None
            assert op.kind != "equal" or old[op.a0 : op.a1] == new[op.b0 : op.b1]
            a, b = op.a1, op.b1
        assert (a, b) == (move.a1, move.b1)


def test_words_are_not_split() -> None:
    assert kinds("يتكوّن المجلس من\n", "يتكوّن المجالس من\n") == [("replace", "المجلس", "المجالس")]
    assert kinds("four years\n", "five years\n") == [("replace", "four", "five")]
    assert kinds("a 👨\u200d👩\u200d👧 b\n", "a 👨\u200d👩 b\n") == [("replace", "👨\u200d👩\u200d👧", "👨\u200d👩")]


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("كتب الولد\n", "كَتَبَ الولد\n", "vocalisation"),
        ("كتـــب\n", "كتب\n", "vocalisation"),
        ("a 12\u200f b\n", "a 12 b\n", "invisible"),
        ("می\u200cروم\n", "میروم\n", "invisible"),
        ("a b\n", "a\nb\n", "structure"),
        ("a\n\nb\n", "a\nb\n", "structure"),
        ("a\n\n\nb\n", "a\n\nb\n", "space"),
        ("a *b c\n", "a b c\n", "format"),
        ("- a b\n", "1. a b\n", "structure"),
        ("7. a b\n", "8. a b\n", "item_number"),
        ("(ب) ماء\n", "(ج) ماء\n", "item_number"),
        ("کتاب الله\n", "كتاب الله\n", "lookalike"),
        ("٣٠ عضوًا\n", "30 عضوًا\n", "lookalike"),
        ("ﻻ أحد\n", "لا أحد\n", "lookalike"),
        ("على\n", "علي\n", "replace"),
        ("a  b\n", "a b\n", "space"),
        ("a b\n", "a c b\n", "insert"),
        ("a c b\n", "a b\n", "delete"),
        ("a b c\n", "a x c\n", "replace"),
    ],
)
def test_change_kinds(old: str, new: str, kind: str) -> None:
    assert [found for found, _, _ in kinds(old, new)] == [kind]


def test_stray_words_between_changes_belong_to_them() -> None:
    old = "The assembly convenes of its own accord every September.\n"
    new = "The council meets of duty each October.\n"
    assert len(kinds(old, new)) <= 2


def test_inserted_article_renumbers_the_rest_and_nothing_else() -> None:
    old, new = (
        numbered("rights", "state", "courts"),
        numbered("rights", "A wholly new text of dignity.", "state", "courts"),
    )
    found = compute_redline(old, new)
    assert kinds(old, new) == [
        ("insert", "", "## Article 2\n\nA wholly new text of dignity.\n\n"),
        ("renumber", "2", "3"),
        ("renumber", "3", "4"),
    ]
    assert dict(found.renumber_map) == {"article 2": "article 3", "article 3": "article 4"}


def test_references_that_contradict_the_renumbering_are_flagged() -> None:
    old = numbered(
        "rights", "state", "As Article 2 and Article 2 of the Covenant say, and Articles 1, courts judge freely."
    )
    new = numbered(
        "Dignity is inviolable everywhere.",
        "rights",
        "state",
        "As Article 2 and Article 2 of the Covenant say, and Article 2, courts judge freely.",
    )
    flags = compute_redline(old, new).flags
    assert [(flag.kind, flag.found, flag.expected) for flag in flags] == [("stale_reference", "article 2", "article 3")]


def test_arabic_renumbering() -> None:
    old = "## المادة ٥\n\nيحق لكل مواطن المشاركة في الحياة العامة.\n\nوفق المادة ٥ تعمل المحاكم.\n"
    new = "## المادة ٦\n\nيحق لكل مواطن المشاركة في الحياة العامة.\n\nوفق المادة ٦ تعمل المحاكم.\n"
    assert kinds(old, new) == [("renumber", "٥", "٦"), ("renumber", "٥", "٦")]
    assert compute_redline(old, new).renumber_map == (("مادة 5", "مادة 6"),)


def test_number_outside_a_provision_is_no_renumbering() -> None:
    assert kinds("It has 9 members.\n", "It has 11 members.\n") == [("replace", "9", "11")]


def test_moved_paragraph_is_one_move() -> None:
    rights, state, courts = ARTICLES.values()
    old, new = f"{rights}\n\n{state}\n\n{courts}\n\nThe end.\n", f"{state}\n\n{courts}\n\n{rights}\n\nThe end.\n"
    found = compute_redline(old, new)
    [move] = found.moves
    assert (move.id, move.score) == (1, 1000)
    assert sorted(op.kind for op in found.ops if op.move == 1) == ["delete", "insert"]
    assert old[move.a0 : move.a1].strip() == new[move.b0 : move.b1].strip() == rights


def test_json() -> None:
    body = compute_redline("a b\n", "a c\n").to_json()
    assert body["ops"] == [["equal", 0, 2, 0, 2, None], ["replace", 2, 3, 2, 3, None], ["equal", 3, 4, 3, 4, None]]
    assert set(body) == {
        "old_sha256",
        "new_sha256",
        "engine",
        "ops",
        "moves",
        "renumber_map",
        "flags",
        "coarse",
        "digest",
    }
    assert TOKENIZER in str(body["engine"])


def test_compact_json_is_the_same_on_one_line() -> None:
    found = compute_redline("## Article 1\n\na b ب\n", "## Article 2\n\na c ب\n")
    expected = json.dumps(found.to_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert found.to_json_text() == expected


def test_exceeded_budget_is_reported() -> None:
    old, new = " ".join(f"a{n} b c" for n in range(9_000)), " ".join(f"x{n} c b" for n in range(9_000))
    found = compute_redline(old + "\n", new + "\n")
    assert found.coarse
    assert found.ops[-1] == Op("equal", len(old), len(old) + 1, len(new), len(new) + 1)


def test_increased_indentation_is_not_a_replacement() -> None:
    assert kinds("a\n  - b\n", "a\n    - b\n") == [("structure", "", "  ")]


def test_repeated_paragraphs_are_compared_by_position() -> None:
    old, new = (f"{ARTICLES['rights']}\n\n" * 20, f"{ARTICLES['rights'].replace('any', 'all')}\n\n" * 20)
    assert kinds(old, new) == [("replace", "any", "all")] * 20


def test_unchanged_heading_outweighs_one_renumbered_elsewhere() -> None:
    same = "# Part A\n\n" + numbered("rights", "state") + "\n# Part B\n\n" + numbered("courts", "Courts sit in public.")
    tail = "\n# Part C\n\n## Article {}\n\nThe seat of the council is in the capital of the country.\n"
    assert compute_redline(same + tail.format(1), same + tail.format(5)).renumber_map == ()


@pytest.mark.parametrize(
    ("old", "new", "coarse"),
    [
        ("\n\n".join("x" * 20_000), "\n\n".join("y" * 20_000), False),
        ("- item one\n" * 10_000, "- item two\n" * 10_000, False),
        (" ".join(map(str, range(90_000))), " ".join(map(str, range(500_000, 590_000))), False),
        ("one two three " * 40_000, "three two one " * 40_000, True),
        ("a" * 1_000_000, "ب" * 1_000_000, False),
    ],
    ids=["many blocks", "one list", "one line", "one line, few words", "one word"],
)
def test_hostile_texts_take_bounded_time(old: str, new: str, coarse: bool) -> None:
    started_at = process_time()
    found = compute_redline(f"{old}\n", f"{new}\n")
    assert process_time() - started_at < 20
    assert found.coarse == coarse
    assert sum(op.a1 - op.a0 for op in found.ops) == len(old) + 1


def test_unrelated_texts_terminate() -> None:
    old = "\n\n".join(f"alpha{n % 97} beta gamma{n % 13} delta epsilon zeta eta" for n in range(3_000))
    new = "\n\n".join(f"iota{n % 89} kappa gamma{n % 17} lambda mu nu xi" for n in range(3_000))
    assert isinstance(compute_redline(old, new), Redline)


def test_renumbered_notes_are_no_changes_of_words() -> None:
    old = "قيل أولًا.[^1] ثم قيل.[^2]\n\n[^1]: تقرير اللجنة.\n[^2]: رسالة المبعوث.\n"
    new = "خبر جديد.[^1] قيل أولًا.[^2] ثم قيل.[^3]\n\n[^1]: مصدر.\n[^2]: تقرير اللجنة.\n[^3]: رسالة المبعوث.\n"
    assert [(kind, after) for kind, _, after in kinds(old, new)] == [
        ("insert", "خبر جديد.[^1] "),
        ("note_number", "2"),
        ("note_number", "3"),
        ("insert", "[^1]: مصدر.\n"),
        ("note_number", "2"),
        ("note_number", "3"),
    ]


def test_call_of_another_note_is_a_change() -> None:
    old = "One claim.[^1] Two claims.[^2]\n\n[^1]: First source.\n[^2]: Second source.\n"
    assert kinds(old, old.replace("claim.[^1]", "claim.[^2]")) == [("replace", "1", "2")]


def test_structure_is_not_cut_inside_a_token() -> None:
    found = compute_redline("# \n", "#🇸 \n")
    ends = {0, *accumulate(map(len, tokenize("#🇸 \n")))}
    assert {op.b1 for op in found.ops} <= ends


@pytest.mark.parametrize(
    ("text", "number", "other"),
    [
        ("Notice is given within\n30. days of the ruling.\n", "30", "60"),
        ("يُبلَّغ الحكم خلال\n30. يومًا من صدوره.\n", "30", "60"),
        ("يُبلَّغ الحكم خلال\n٣٠. يومًا من صدوره.\n", "٣٠", "٦٠"),
        ("The camp was closed in\n1990. Nobody went back.\n", "1990", "1991"),
    ],
)
def test_number_in_running_text_is_no_number_of_an_item(text: str, number: str, other: str) -> None:
    new = text.replace(number, other)
    found = compute_redline(text, new)
    assert [kind for kind, _, _ in kinds(text, new)] == ["replace"]
    assert count_changes(found) == 1


def test_items_after_a_blank_line_or_below_the_first_one_are_renumbered() -> None:
    for before in ("", "Costs:\n\n", "## Costs\n", "Costs:\n1. air\n"):
        assert [kind for kind, _, _ in kinds(f"{before}3. water\n", f"{before}4. water\n")] == ["item_number"]
