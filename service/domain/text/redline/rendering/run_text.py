"""The words of a run as HTML: formatting, links, note calls and references are read, not shown as markup."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape

from service.domain.text.redline.lines import LineRun
from service.domain.text.redline.rendering.labels import RedlineLabels
from service.domain.text.structure.references import inflect_reference

MARKS = re.compile(
    r"\[(?P<run>[^\[\]\n]+)\]\{(?:dir=(?P<dir>ltr|rtl)(?: lang=[A-Za-z0-9-]+)?|lang=[A-Za-z0-9-]+)\}"
    r"|\[\]\(#(?P<target>[a-z0-9-]+)\)"
    r"|(?P<id>[ \t]*\{#[a-z0-9-]+\}$)"
    r"|\[(?P<label>[^\[\]\n]+)\]\((?P<href>https?://[^()\s]+|mailto:[^()\s]+)\)"
    r"|\[\^(?P<call>[^\]\s]+)\]|(?P<emphasis>\*\*|\*(?=\S)|(?<=\S)\*|`|(?<!\w)_(?=\S)|(?<=\S)_(?!\w))|\|"
)
"""The markup inside a line."""

_STYLES = {"**": "b", "*": "i", "_": "i", "`": "code"}


@dataclass(slots=True)
class TextWriter:
    """Writes the runs of one line after another; formatting that begins in one run may end in another."""

    ui_labels: RedlineLabels
    labels: Mapping[str, str]
    open_marks: dict[str, set[str]] = field(default_factory=lambda: {"old": set(), "new": set()})
    """The emphasis that is open at this place of the line, in each text."""
    literal: frozenset[str] = frozenset()
    """Marks that have no counterpart in this line, and are shown."""

    def begin_line(self, runs: tuple[LineRun, ...]) -> None:
        """Forget open formatting, and find the marks of the line without a counterpart."""
        self.open_marks = {"old": set(), "new": set()}
        sides = [
            "".join(
                run.old if run.kind not in ("equal", "insert") else run.new for run in runs if run.kind != "insert"
            ),
            "".join(run.new for run in runs if run.kind != "delete"),
        ]
        found = [[one["emphasis"] for one in MARKS.finditer(side) if one["emphasis"]] for side in sides]
        self.literal = frozenset(mark for mark in _STYLES if any(side.count(mark) % 2 for side in found))

    def write(self, text: str, *, kind: str, ids: bool = True) -> str:
        """Escape text and read its markup; a heading's `{#id}` is omitted unless `ids`.

        `kind`: that of the run. Marks of emphasis are shown where they changed.
        """
        return "".join(self._pieces(text, kind, ids))

    def _pieces(self, text: str, kind: str, ids: bool) -> Iterator[str]:
        offset = 0
        for found in MARKS.finditer(text):
            before = text[offset : found.start()]
            offset = found.end()
            if found["target"] in self.labels:
                before, words = inflect_reference(before, self.labels[found["target"]], digits=self.ui_labels.digits)
                yield self._styled(before, kind)
                yield self._wrap(f"<bdi>{escape(words, quote=False)}</bdi>", kind)
                continue
            yield self._styled(before, kind)
            if found["emphasis"]:
                yield self._toggle(found["emphasis"], kind)
            elif ids or not found["id"]:
                yield self._wrap(self._mark(found), kind)
        yield self._styled(text[offset:], kind)

    def _toggle(self, mark: str, kind: str) -> str:
        if mark not in self.literal:
            for side in ("old", "new"):
                if kind != ("insert" if side == "old" else "delete"):
                    self.open_marks[side] ^= {mark}
            if kind == "equal":
                return ""
        return f'<bdi class="mark" dir="ltr">{escape(mark)}</bdi>'

    def _mark(self, found: re.Match[str]) -> str:
        if found["run"]:
            return f'<bdi dir="{found["dir"] or "auto"}">{escape(found["run"], quote=False)}</bdi>'
        if found["href"]:
            label = escape(found["label"], quote=False)
            return f'<a href="{escape(found["href"])}" rel="noreferrer noopener"><bdi>{label}</bdi></a>'
        if found["call"]:
            return f'<sup class="call"><bdi>{escape(found["call"], quote=False)}</bdi></sup>'
        return f'<bdi class="mark" dir="ltr">{escape(found.group(), quote=False)}</bdi>'

    def _styled(self, words: str, kind: str) -> str:
        return self._wrap(escape(words, quote=False), kind) if words else ""

    def _wrap(self, html: str, kind: str) -> str:
        for mark in sorted(self.open_marks["old" if kind == "delete" else "new"]):
            html = f"<{_STYLES[mark]}>{html}</{_STYLES[mark]}>"
        return html
