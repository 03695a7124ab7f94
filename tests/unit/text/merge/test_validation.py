"""Validation of merges beyond overlapping words: how the result parses, and passages that moved."""

import pytest
from hypothesis import given

from service.domain.text.merge.diff3 import MergeConflict, both_readings
from service.domain.text.merge.merge import MergeResult, merge_texts
from service.domain.text.merge.merge_validation import read_roles
from service.domain.text.merge.relocation import accept_relocation
from tests.support.hypothesis_profiles import examples
from tests.unit.text.merge.test_merge import THREE_TEXTS

pytestmark = pytest.mark.unit

RIGHTS = "Everyone has the right to take part in the public affairs of the country without any discrimination.\n\n"
STATE = "The State protects human rights and public freedoms and is answerable for every violation of them.\n\n"
COURTS = "Courts are independent; no authority may interfere in their work or in the application of the law.\n\n"
ARMY = "The army obeys the elected government and takes no part in the contest between political parties.\n\n"
TABLE = "| name | seats |\n|---|---|\n| North | 4 |\n| South | 5 |\n| Coast | 6 |\n"


def merge_both_ways(base: str, ours: str, theirs: str) -> MergeResult:
    """Return the merge, which is the same with the sides swapped."""
    merged, swapped = merge_texts(base, ours, theirs), merge_texts(base, theirs, ours)
    assert merged.text == swapped.text
    assert [(c.a0, c.a1, c.ours) for c in merged.conflicts] == [(c.a0, c.a1, c.theirs) for c in swapped.conflicts]
    return merged


@examples(200)
@given(THREE_TEXTS)
def test_merge_contains_nothing_nobody_wrote(texts: tuple[str, str, str]) -> None:
    base, ours, theirs = texts
    merged = merge_texts(base, ours, theirs)
    assert set(merged.text or "") <= set(base + ours + theirs)
    for part in merged.parts:
        mine, yours = both_readings(base, part)
        assert mine in ours
        assert yours in theirs


@examples(200)
@given(THREE_TEXTS)
def test_either_side_can_be_rebuilt_from_the_parts(texts: tuple[str, str, str]) -> None:
    base, ours, theirs = texts
    sides = [both_readings(base, part) for part in merge_texts(base, ours, theirs).parts]
    assert "".join(mine for mine, _ in sides) == ours
    assert "".join(yours for _, yours in sides) == theirs


@examples(200)
@given(THREE_TEXTS)
def test_clean_merge_parses_as_both_sides_meant(texts: tuple[str, str, str]) -> None:
    base, ours, theirs = texts
    merged = merge_texts(base, ours, theirs)
    if merged.text is None or not merged.checked or base in (ours, theirs):
        return
    meant = {_bare(role) for text in (base, ours, theirs) for role in read_roles(text).roles.values()}
    assert {_bare(role) for role in read_roles(merged.text).roles.values()} <= meant


def _bare(role: str) -> str:
    """Return the lines of a paragraph without the markup of lists, which continuation lines join or leave with the line
    above."""
    return role.removesuffix(" on").replace("/BulletList/item/Para", "/Para").replace("/OrderedList/item/Para", "/Para")


@pytest.mark.parametrize(
    ("base", "ours", "theirs"),
    [
        pytest.param(
            TABLE,
            "| name | seats | votes |\n|---|---|---|\n| North | 4 | 9 |\n| South | 5 | 9 |\n| Coast | 6 | 9 |\n",
            TABLE.replace("| South | 5 |\n", "| South | 5 |\n| Hills | 7 |\n"),
            id="a row of two cells in a table of three",
        ),
        pytest.param(
            "> one\n> two\n> three\n\nfour five\n",
            "one\ntwo\nthree\n\nfour five\n",
            "> one\n> two\n> three\n>\n> and one more\n\nfour five\n",
            id="a quotation taken away under a new paragraph of it",
        ),
        pytest.param(
            "alpha beta\n\nfour five\n\nsix seven\n",
            "```\nalpha beta\n\nfour five\n\nsix seven\n```\n",
            "alpha beta\n\nfour\n\n```\nx\n```\n\nfive\n\nsix seven\n",
            id="a fence inside a fence",
        ),
        pytest.param(
            "# One\n\ntext of one\n\n# Two\n\ntext of two\n",
            "# One {#same}\n\ntext of one\n\n# Two\n\ntext of two\n",
            "# One\n\ntext of one\n\n# Two {#same}\n\ntext of two\n",
            id="one id on two headings",
        ),
        pytest.param(
            "# One {#one}\n\ntext of one\n\n# Two\n\ntext of two\n",
            "# One\n\ntext of one\n\n# Two\n\ntext of two\n",
            "# One {#one}\n\ntext of one\n\n# Two\n\ntext of two, see [](#one)\n",
            id="a reference to a heading that lost its id",
        ),
        pytest.param(
            "text one.\n\ntext two.\n\nlast\n",
            "text one[^1].\n\n[^1]: a note\n\ntext two.\n\nlast\n",
            "text one.\n\ntext two[^1].\n\nlast\n\n[^1]: another note\n",
            id="two notes of one label",
        ),
    ],
)
def test_unintended_structure_is_a_conflict(base: str, ours: str, theirs: str) -> None:
    merged = merge_both_ways(base, ours, theirs)
    assert merged.text is None
    assert merged.checked
    assert all(conflict.ours != conflict.theirs for conflict in merged.conflicts)


def test_structural_change_beside_a_change_of_words_is_no_conflict() -> None:
    base = "- one apple\n- two pears\n\nWords of the end.\n"
    ours = "1. one apple\n2. two pears\n\n## Heading\n\nWords of the end.\n"
    merged = merge_both_ways(base, ours, base.replace("apple", "orange").replace("the end", "an end"))
    assert merged.text == ours.replace("apple", "orange").replace("the end", "an end")


def test_continuation_lines_follow_their_paragraph() -> None:
    base = "The Union rules on:\n1. foreign affairs;\n2. citizenship;\n3. the currency.\n\nThe end.\n"
    ours = base.replace("1. f", "    1. f").replace("2. c", "    2. c")
    theirs = base.replace("3. the", "    3. the")
    assert read_roles(ours).roles[ours.index("3. the")] != read_roles(theirs).roles[theirs.index("    3. the")]
    assert merge_both_ways(base, ours, theirs).text == ours.replace("3. the", "    3. the")


def test_items_that_would_continue_a_paragraph_conflict() -> None:
    base = "A law rules on crimes.\n\n\n## Courts\n\nThey are free.\n"
    ours = base.replace(".\n\n\n## C", ":\n## C")
    theirs = base.replace("## C", "    1. theft;\n    2. fraud.\n\n\n## C")
    assert read_roles(theirs).roles[theirs.index("    1.")].endswith("item first")
    assert merge_both_ways(base, ours, theirs).text is None


def test_unparsable_text_is_merged_and_reported_as_unvalidated() -> None:
    base = "a b c d e\n\n" + "]" * 200 + "\n"
    merged = merge_both_ways(base, base.replace("b", "x"), base.replace("d", "y"))
    assert merged.text == base.replace("b", "x").replace("d", "y")
    assert not merged.checked


# Passages that moved

BASE = RIGHTS + STATE + COURTS + ARMY + "The end.\n"
MOVED = STATE + COURTS + ARMY + RIGHTS + "The end.\n"


def test_change_to_a_moved_paragraph_is_offered_its_new_place() -> None:
    theirs = BASE.replace("public affairs", "political affairs")
    merged = merge_both_ways(BASE, MOVED, theirs)
    assert merged.text is None
    [offer] = merged.relocations
    assert (offer.mover, offer.score) == ("ours", 1000)
    assert BASE[offer.a0 : offer.a1].strip() == MOVED[offer.b0 : offer.b1].strip() == RIGHTS.strip()
    assert offer.text.strip() == RIGHTS.replace("public affairs", "political affairs").strip()
    settled = merge_texts(BASE, *accept_relocation(BASE, MOVED, theirs, offer))
    assert settled.text == MOVED.replace("public affairs", "political affairs")


def test_change_to_a_paragraph_edited_by_the_mover_is_offered_its_new_place() -> None:
    ours, theirs = MOVED.replace("Everyone", "Every person"), BASE.replace("country", "land")
    [offer] = merge_texts(BASE, ours, theirs).relocations
    assert offer.text.startswith("Every person has the right")
    assert "of the land" in offer.text


def test_conflicting_change_in_a_moved_paragraph_is_not_offered() -> None:
    ours, theirs = MOVED.replace("country", "nation"), BASE.replace("country", "land")
    merged = merge_both_ways(BASE, ours, theirs)
    assert merged.text is None
    assert merged.relocations == ()


def test_change_to_a_deleted_paragraph_is_not_offered() -> None:
    merged = merge_both_ways(BASE, BASE.replace(RIGHTS, ""), BASE.replace("country", "land"))
    assert merged.text is None
    assert merged.relocations == ()


def test_paragraph_moved_by_both_to_two_places_is_a_conflict() -> None:
    elsewhere = STATE + RIGHTS + COURTS + ARMY + "The end.\n"
    merged = merge_both_ways(BASE, MOVED, elsewhere)
    assert merged.text is None


def test_paragraph_moved_by_both_to_one_place_is_no_conflict() -> None:
    assert merge_both_ways(BASE, MOVED, MOVED.replace("end", "close")).text is not None


def test_paragraph_moved_by_one_side_and_deleted_by_the_other_is_a_conflict() -> None:
    merged = merge_both_ways(BASE, MOVED, BASE.replace(RIGHTS, ""))
    assert [isinstance(part, MergeConflict) for part in merged.parts].count(True) == 1


# Invalid input


def test_unrelated_texts_terminate() -> None:
    texts = ["\n\n".join(f"{word}{n % 97} {word}a {word}{n % 13} b" for n in range(2_000)) for word in "xyz"]
    assert merge_texts(*texts).text is None
