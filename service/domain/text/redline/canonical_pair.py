"""Reading of two files that are alike: the lines that both begin or end with are checked, decoded and hashed once."""

import hashlib
from dataclasses import dataclass

from service.domain.text.diff.common_affixes import common_prefix_length, common_suffix_length
from service.domain.text.markup.canonical import MAX_TEXT_LENGTH, text_sha256
from service.domain.text.markup.is_canonical import is_known_canonical

_CONTINUATION_BYTES = bytes(range(0x80, 0xC0))


@dataclass(frozen=True, slots=True)
class CanonicalPair:
    """Two canonical texts, with the SHA-256 of each."""

    old: str
    new: str
    digests: tuple[str, str]

    @classmethod
    def of(cls, old: str, new: str) -> "CanonicalPair":
        """Return the pair of two canonical texts."""
        return cls(old, new, (text_sha256(old), text_sha256(new)))


def read_known_pair(old: bytes, new: bytes) -> CanonicalPair | None:
    """Return the texts of two files that are certainly canonical; None if `canonicalise` must decide.

    The texts are those that `canonicalise` returns for each file.
    """
    head, tail = _shared_lines(old, new)
    old_end, new_end = len(old) - tail, len(new) - tail
    try:
        old_text, inserted = old.decode(), new[head:new_end].decode()
    except UnicodeDecodeError:
        return None
    if not (is_known_canonical(old_text, old) and _is_canonical_between(inserted) and _ends_once(new)):
        return None
    first = _count_characters(old, head, old_text)
    last = first + len(old[head:old_end].decode())
    new_text = f"{old_text[:first]}{inserted}{old_text[last:]}"
    if max(len(old_text), len(new_text)) > MAX_TEXT_LENGTH:
        return None
    return CanonicalPair(old_text, new_text, _digests(old, new, head))


def _shared_lines(old: bytes, new: bytes) -> tuple[int, int]:
    """Return the lengths in bytes of the whole lines that both files begin and end with.

    No rule of the canonical form reaches over a newline, except that for the end of the text.
    """
    head = common_prefix_length(old, new)
    tail = common_suffix_length(old, new, limit=min(len(old), len(new)) - head)
    newline = old.find(b"\n", len(old) - tail)
    return old.rfind(b"\n", 0, head) + 1, len(old) - newline - 1 if newline >= 0 else 0


def _is_canonical_between(lines: str) -> bool:
    """Return whether whole lines are certainly canonical inside a text."""
    trimmed = lines.rstrip("\n")
    return not trimmed or is_known_canonical(f"{trimmed}\n")


def _ends_once(raw: bytes) -> bool:
    return not raw or (len(raw) > 1 and raw[-1:] == b"\n" and raw[-2:] != b"\n\n")


def _count_characters(raw: bytes, end: int, text: str) -> int:
    """Return how many code points the first `end` bytes of `raw`, the UTF-8 of `text`, encode."""
    if len(raw) == len(text):
        return end
    if end > len(raw) // 2:
        return len(text) - len(raw[end:].translate(None, _CONTINUATION_BYTES))
    return len(raw[:end].translate(None, _CONTINUATION_BYTES))


def _digests(old: bytes, new: bytes, head: int) -> tuple[str, str]:
    """Return the SHA-256 of both, the first `head` bytes of which are equal."""
    one = hashlib.sha256(memoryview(old)[:head])
    other = one.copy()
    one.update(memoryview(old)[head:])
    other.update(memoryview(new)[head:])
    return one.hexdigest(), other.hexdigest()
