"""Edits that make a text canonical."""

from hypothesis import given
from hypothesis import strategies as st

from service.actions.drafts.planned_row import compute_line_edits
from service.domain.crdt.shared_text import SharedText
from service.domain.crdt.text_edits import Edit
from service.domain.text.markup.canonical import canonicalise

PIECES = st.sampled_from(
    ["a", "b ", " ", "\t", "\n", "\n\n", "e\u0301", "\u00a0", "\r\n", "\u2028", "\ufeff", "\u2068", "🙂"]
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_line_edits_make_a_text_canonical(text: str) -> None:
    replica = SharedText.new(client_id=7)
    if text:
        replica.splice([Edit(0, 0, text)])
    canonical = canonicalise(text).text
    changes = compute_line_edits(replica.text, canonical)
    if changes:
        replica.splice(list(changes))
    assert replica.text == canonical


def test_canonical_text_has_no_edits_and_a_blank_is_one() -> None:
    assert compute_line_edits("a\n\nb\n", "a\n\nb\n") == ()
    assert compute_line_edits("a \n\nb\n", "a\n\nb\n") == (Edit(1, 2, ""),)
