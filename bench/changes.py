"""Cost of the attributed changes in a draft of 60,000 words since a person last saw it.

Four people type at once, one keystroke per row, so that every row is an edit session of its own: the worst case.
Measured: from the rows to the attributed changes, and from there to the redline. The author of every character is
checked against a replay of the keystrokes.
"""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench.support.render_texts import CONSTITUTION_WORDS, constitution
from service.actions.drafts.replay import MAX_TURNS
from service.domain.crdt.shared_text import SharedText
from service.domain.crdt.text_edits import Edit
from service.domain.text.attribution.attributed_redline import attributed_redline
from service.domain.text.attribution.attribution_ops import AttributionLog, AttributionOp, to_code_points

WORD_COUNT = 60_000
"""Minimum number of words of the text."""

PEOPLE = 4
ROW_COUNTS = (200, 1_000, MAX_TURNS)
"""Rows of the journal since the person last saw the draft."""

TURN_LENGTH = 400
"""Rows after which a person continues elsewhere."""


@dataclass(frozen=True)
class Keystroke:
    """A keystroke at code point `position`: an inserted letter, or "" for a deletion."""

    person: str
    position: int
    letter: str
    update: bytes


def run() -> None:
    """Print the table."""
    text = constitution() * (WORD_COUNT // CONSTITUTION_WORDS + 1)
    first = SharedText.new(client_id=1)
    seed = first.splice([Edit(0, 0, text)])
    keys = _type_keystrokes(first, max(ROW_COUNTS))
    print(f"{'rows':>8} {'attributed':>10} {'redline':>10}  authors correct")
    for gap in ROW_COUNTS:
        _measure(text, seed, keys[:gap])


def _measure(text: str, seed: bytes, keys: Sequence[Keystroke]) -> None:
    copy = SharedText.load(None, [seed], client_id=3)
    started = time.perf_counter()
    rewriting: AttributionLog[str] = AttributionLog(len(text.encode()))
    for key, edits in zip(keys, copy.replay(key.update for key in keys), strict=True):
        rewriting.apply(edits, key.person)
    spans = to_code_points(rewriting.ops(), text, copy.text)
    replayed_at = time.perf_counter()
    attributed_redline(spans, text, copy.text)
    finished_at = time.perf_counter()
    is_correct = "yes" if _span_authors(spans) == _replay_authors(len(text), keys) else "NO"
    print(
        f"{len(keys):8} {1000 * (replayed_at - started):7.0f} ms "
        f"{1000 * (finished_at - replayed_at):7.0f} ms  {is_correct}"
    )


def _type_keystrokes(text: SharedText, count: int) -> list[Keystroke]:
    rng = random.Random(1)
    carets = [0] * PEOPLE
    keys = []
    for nth in range(count):
        writer = nth % PEOPLE
        length = len(text.text)
        position = rng.randrange(length) if nth % TURN_LENGTH < PEOPLE else min(carets[writer], length - 1)
        letter = rng.choice("abc ابت") if rng.random() < 0.9 else ""
        row = text.splice([Edit(position, position + (not letter), letter)])
        keys.append(Keystroke(str(writer), position, letter, row))
        carets[writer] = position + len(letter)
    return keys


def _replay_authors(length: int, keys: Sequence[Keystroke]) -> list[str | None]:
    """Return the author of each character of the text; None for characters of the initial text."""
    authors: list[str | None] = [None] * length
    for key in keys:
        authors[key.position : key.position + (not key.letter)] = [key.person] * len(key.letter)
    return authors


def _span_authors(spans: Sequence[AttributionOp[str]]) -> list[str | None]:
    return [bit.author for bit in spans if bit.kind != "gone" for _ in range(bit.length)]
