"""What changed in a draft of 60,000 words since somebody was there, with the names of those who did it.

Four people type at once, a keystroke a row, so that every row is a turn of its own: the worst there is. Timed is from
the rows to what became of the text, and from there to the redline; that every letter has its person is checked against
a replay of the keystrokes.
"""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench.render_texts import WORDS, constitution
from service.actions.drafts.replay import MOST
from service.domain.crdt.shared_text import SharedText
from service.domain.crdt.text_edits import Edit
from service.domain.text.attribution.attributed_redline import named
from service.domain.text.attribution.attribution_ops import Bit, Rewriting, in_code_points

LONG = 60_000
"""Words."""

PEOPLE = 4
GAPS = (200, 1_000, MOST)
"""Rows."""

SITTING = 400
"""Rows after which somebody goes on elsewhere."""


@dataclass(frozen=True)
class Key:
    """A keystroke at code point `place`: a letter, or "" that takes one away."""

    who: str
    place: int
    letter: str
    row: bytes


def run() -> None:
    """Prints the table."""
    text = constitution() * (LONG // WORDS + 1)
    first = SharedText.new(client_id=1)
    seed = first.splice([Edit(0, 0, text)])
    keys = _typed(first, max(GAPS))
    print(f"{'rows':>8} {'followed':>10} {'redline':>10}  every letter has its person")
    for gap in GAPS:
        _gap(text, seed, keys[:gap])


def _gap(text: str, seed: bytes, keys: Sequence[Key]) -> None:
    copy = SharedText.load(None, [seed], client_id=3)
    begun = time.perf_counter()
    made: Rewriting[str] = Rewriting(len(text.encode()))
    for key, edits in zip(keys, copy.retrace(key.row for key in keys), strict=True):
        made.change(edits, key.who)
    bits = in_code_points(made.bits(), text, copy.text)
    followed = time.perf_counter()
    named(bits, text, copy.text)
    done = time.perf_counter()
    right = "yes" if _hands(bits) == _replayed(len(text), keys) else "NO"
    print(f"{len(keys):8} {1000 * (followed - begun):7.0f} ms {1000 * (done - followed):7.0f} ms  {right}")


def _typed(text: SharedText, count: int) -> list[Key]:
    chance = random.Random(1)
    carets = [0] * PEOPLE
    keys = []
    for nth in range(count):
        one = nth % PEOPLE
        length = len(text.text)
        place = chance.randrange(length) if nth % SITTING < PEOPLE else min(carets[one], length - 1)
        letter = chance.choice("abc ابت") if chance.random() < 0.9 else ""
        row = text.splice([Edit(place, place + (not letter), letter)])
        keys.append(Key(str(one), place, letter, row))
        carets[one] = place + len(letter)
    return keys


def _replayed(length: int, keys: Sequence[Key]) -> list[str | None]:
    """Whose each letter of the text is; None of those that stood there before."""
    hands: list[str | None] = [None] * length
    for key in keys:
        hands[key.place : key.place + (not key.letter)] = [key.who] * len(key.letter)
    return hands


def _hands(bits: Sequence[Bit[str]]) -> list[str | None]:
    return [bit.by for bit in bits if bit.fate != "gone" for _ in range(bit.length)]
