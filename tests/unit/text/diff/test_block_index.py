"""The passages two texts share, with an index and without; indexes that do not belong to a text."""

import pytest
from hypothesis import given

from service.domain.text.diff.block_index import TextIndex, build_index
from service.domain.text.diff.common_affixes import common_prefix_length, common_suffix_length
from service.domain.text.diff.shared_passages import shared_passages
from service.domain.text.markup.canonical import text_sha256
from service.domain.text.redline.redline import compute_redline
from tests.support.hypothesis_profiles import examples
from tests.unit.text.strategies import ANY_TEXT, LAW_TEXT

pytestmark = pytest.mark.unit


def indexed(text: str) -> TextIndex:
    return build_index(text, text_sha256=text_sha256(text))


@given(ANY_TEXT, ANY_TEXT)
def test_common_prefixes_and_suffixes(old: str, new: str) -> None:
    head = common_prefix_length(old, new)
    tail = common_suffix_length(old, new, limit=min(len(old), len(new)) - head)
    assert old[:head] == new[:head]
    assert old[len(old) - tail :] == new[len(new) - tail :]
    assert head == min(len(old), len(new)) or old[head] != new[head]


@examples(300)
@given(LAW_TEXT, LAW_TEXT)
def test_shared_passages_are_equal_and_keep_their_order(old: str, new: str) -> None:
    a = b = 0
    for a0, a1, b0, b1 in shared_passages(old, new):
        assert a <= a0 < a1
        assert b <= b0 < b1
        assert old[a0:a1] == new[b0:b1]
        for text, start in ((old, a0), (new, b0)):
            assert start == 0 or text[:start].endswith("\n\n")
        a, b = a1, b1


def test_passage_does_not_end_with_the_heading_of_a_change() -> None:
    body = "Everyone may take part in the affairs of the country."
    old, new = f"{body}\n\n## Article 2\n\nold\n", f"{body}\n\n## Article 2\n\nnew\n"
    assert shared_passages(old, new) == [(0, len(body) + 2, 0, len(body) + 2)]


@examples(300)
@given(LAW_TEXT, LAW_TEXT)
def test_index_does_not_affect_the_result(old: str, new: str) -> None:
    stored = [TextIndex.from_bytes(indexed(text).to_bytes(), text_sha256=text_sha256(text)) for text in (old, new)]
    assert stored[0] is not None
    assert stored[1] is not None
    assert compute_redline(old, new, indexes=(stored[0], stored[1])) == compute_redline(old, new)


@given(LAW_TEXT, LAW_TEXT, LAW_TEXT)
def test_index_of_another_text_is_ignored(old: str, new: str, other: str) -> None:
    assert compute_redline(old, new, indexes=(indexed(other), indexed(new))) == compute_redline(old, new)


@given(LAW_TEXT, LAW_TEXT, LAW_TEXT)
def test_forged_index_causes_no_wrong_redline(old: str, new: str, other: str) -> None:
    forged = TextIndex.from_bytes(indexed(other).to_bytes(), text_sha256=text_sha256(old))
    assert forged is not None
    ops = compute_redline(old, new, indexes=(forged, indexed(new))).ops
    assert "".join(old[op.a0 : op.a1] if op.kind == "equal" else new[op.b0 : op.b1] for op in ops) == new
    assert "".join(old[op.a0 : op.a1] for op in ops) == old


@pytest.mark.parametrize("raw", [b"", b"x", b"12345678901"])
def test_invalid_bytes_are_rejected(raw: bytes) -> None:
    assert TextIndex.from_bytes(raw, text_sha256="") is None
