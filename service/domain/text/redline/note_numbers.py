"""Renumbered notes: which label a note had, and has now, by its text."""

import re
from collections import Counter
from collections.abc import Mapping

_NOTE = re.compile(r"^\[\^(?P<label>[^\]\s]{1,200})\]:[ \t]*(?P<body>[^\n]*\w[^\n]*)$", re.MULTILINE)


def renumbered_notes(old: str, new: str) -> dict[str, str]:
    """Return the old and the new label of each note whose text is unchanged, and unlike all others."""
    olds, news = _labels_by_body(old), _labels_by_body(new)
    return {label: news[body] for body, label in olds.items() if news.get(body, label) != label}


def is_note_number(texts: tuple[str, str], places: tuple[int, int, int, int], notes: Mapping[str, str]) -> bool:
    """Return whether a change replaces the label of a note by the one that the same note has now."""
    (old, new), (a0, a1, b0, b1) = texts, places
    if notes.get(old[a0:a1]) != new[b0:b1]:
        return False
    return all(
        text[max(0, start - 2) : start] == "[^" and text[end : end + 1] == "]"
        for text, start, end in ((old, a0, a1), (new, b0, b1))
    )


def _labels_by_body(text: str) -> dict[str, str]:
    if "[^" not in text:
        return {}
    found = [(note["body"].strip(), note["label"]) for note in _NOTE.finditer(text)]
    counts = Counter(body for body, _ in found)
    return {body: label for body, label in found if counts[body] == 1}
