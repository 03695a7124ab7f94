"""Bound the work of parsing one text by counting the parser's steps, so that the same text is always refused or never.

A step is weighted by its cost: a unit is about a microsecond of processor time. Rules are counted each time they are
tried, also for lookahead and inside nested blocks, so that constructs whose cost is not proportional to their length
(nested quotations, brackets that are never closed, tables filled up with empty cells) are counted at their real cost.
"""

import re
from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline

from service.domain.errors import N_, TooLarge

MAX_WORK = 1_000_000
"""Units of work for one text: about one second of processor time, ten times what a constitution of 1,000,000 code
points takes."""

TOO_COMPLEX = "text_too_complex"
"""Code of the error of a text above the limit."""

MAX_EXCERPT_LENGTH = 60
"""Code points of the line that an error shows."""

_BLOCK_TRY, _BLOCK, _BLOCK_LINE, _CELL = 1.0, 20.0, 1.0, 12.0
_INLINE_STEP, _CACHED_STEP, _DELIMITER, _AUTOLINK = 6.0, 0.8, 7.0, 20.0
_SCANNED_CHARACTER = 0.15
_DELIMITER_RUN = re.compile(r"\*+|_+")

BlockRule = Callable[[StateBlock, int, int, bool], bool]
InlineRule = Callable[[StateInline, bool], bool]


class WorkMeter:
    """The work done on the text that a parser reads, and the most it may take (None: no limit)."""

    def __init__(self) -> None:
        self.used = 0.0
        self._limit: float = float("inf")
        self._text, self._line = "", 0

    def start(self, text: str, *, limit: float | None) -> None:
        """Begin to count the work on `text`."""
        self.used, self._limit = 0.0, float("inf") if limit is None else limit
        self._text, self._line = text, 0

    def charge(self, units: float) -> None:
        """Count work. Raises TooLarge `text_too_complex` with the line (from 1) where the limit was reached."""
        self.used += units
        if self.used > self._limit:
            raise self._refuse()

    def charge_cells(self, count: int) -> None:
        """Count the cells of a table."""
        self.charge(count * _CELL)

    def charge_scan(self, length: int) -> None:
        """Count a search through `length` code points in a loop."""
        self.charge(length * _SCANNED_CHARACTER)

    def measure(self, parser: MarkdownIt) -> None:
        """Count the steps of `parser`, whose rules are final."""
        for rule in parser.block.ruler.__rules__:
            rule.fn = self._measure_block_rule(rule.fn)
        parser.block.ruler.__cache__ = None
        self._measure_inline(parser)
        parser.core.ruler.at("inline", self._parse_inlines)

    def _measure_block_rule(self, rule: BlockRule) -> BlockRule:
        def measured(state: StateBlock, start: int, end: int, silent: bool) -> bool:
            if not silent:
                self._line = start
            self.charge(_BLOCK_TRY)
            found = rule(state, start, end, silent)
            if found and not silent:
                self.charge(_BLOCK + (state.line - start) * _BLOCK_LINE)
            return found

        return measured

    def _measure_inline(self, parser: MarkdownIt) -> None:
        rules = {rule.name: rule.fn for rule in parser.inline.ruler.__rules__}
        parser.inline.ruler.at("text", self._measure_step(rules["text"]))
        parser.inline.ruler.at("emphasis", self._measure_delimiters(rules["emphasis"]))
        parser.inline.ruler.at("autolink", self._measure_autolink(rules["autolink"]))
        parser.inline.ruler.at("backticks", self._measure_backticks(rules["backticks"]))
        skip_token = parser.inline.skipToken

        def skip_measured(state: StateInline) -> None:
            self.charge(_CACHED_STEP)
            skip_token(state)

        parser.inline.skipToken = skip_measured  # type: ignore[method-assign]  # the label parser calls it by this name

    def _measure_step(self, first_rule: InlineRule) -> InlineRule:
        """Count a step by its first rule, which is tried at each one."""

        def measured(state: StateInline, silent: bool) -> bool:
            self.charge(_INLINE_STEP)
            return first_rule(state, silent)

        return measured

    def _measure_delimiters(self, rule: InlineRule) -> InlineRule:
        """Count the markers of a run, each of which becomes a token, before they do."""

        def measured(state: StateInline, silent: bool) -> bool:
            run = None if silent else _DELIMITER_RUN.match(state.src, state.pos, state.posMax)
            if run:
                self.charge((run.end() - state.pos) * _DELIMITER)
            return rule(state, silent)

        return measured

    def _measure_autolink(self, rule: InlineRule) -> InlineRule:
        """Count the check of an address."""

        def measured(state: StateInline, silent: bool) -> bool:
            found = rule(state, silent)
            if found:
                self.charge(_AUTOLINK)
            return found

        return measured

    def _measure_backticks(self, rule: InlineRule) -> InlineRule:
        """Count the search for the end of a code span."""

        def measured(state: StateInline, silent: bool) -> bool:
            start = state.pos
            found = rule(state, silent)
            if found and state.src[state.pos - 1] == "`":
                self.charge(state.src.count("`", start, state.posMax) * _SCANNED_CHARACTER)
            return found

        return measured

    def _parse_inlines(self, state: StateCore) -> None:
        """Parse the content of each block, knowing its line."""
        for token in state.tokens:
            if token.type == "inline":
                self._line = token.map[0] if token.map else self._line
                token.children = token.children or []
                state.md.inline.parse(token.content, state.md, state.env, token.children)

    def _refuse(self) -> TooLarge:
        line = self._text.split("\n")[self._line]
        excerpt = line[:MAX_EXCERPT_LENGTH] + ("…" if len(line) > MAX_EXCERPT_LENGTH else "")
        return TooLarge(
            TOO_COMPLEX,
            N_(
                "This text has more formatting than can be read quickly; the limit is reached at line {line}: "
                "“{excerpt}”. Use fewer brackets, markers, lines or cells, or make two documents of it."
            ),
            extra={"line": self._line + 1, "excerpt": excerpt},
            line=self._line + 1,
            excerpt=excerpt,
        )
