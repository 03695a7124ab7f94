"""The Markdown dialect (DESIGN §4.4) as markdown-it rules: extensions of CommonMark, and syntax that is disabled.

Added: pipe tables, footnotes, citations `[](ref:iccpr-25)`, a heading's trailing `{#id}`, `[…]{dir=ltr lang=en}`, lists
with letters and Roman numerals in brackets; a single newline is a line break.

Disabled, so that the characters are shown literally: HTML, images, entities, link titles, link reference definitions,
links with other schemes. Each of these could hide words from someone who reads or signs the printed text. Indented code
is disabled too: it would show every indented paragraph of a word processor in a monospace font.
"""

import re
from functools import partial

import regex
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.table import table as read_table
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.image import image as read_image
from mdit_py_plugins.footnote import footnote_plugin

from service.domain.errors import N_, TooLarge
from service.domain.text.markup.lettered_lists import list_rule
from service.domain.text.markup.work_meter import WorkMeter

MAX_TABLE_CELLS = 5_000
"""Cells of one table."""

MAX_NESTING = 100
"""Nesting depth at which markdown-it drops the rest; far above what the parser accepts."""

_HREF = regex.compile(r"(?i:https?://[^\s/?#][^\s]*|mailto:[^\s@]+@[^\s@]+)|#[a-z0-9][a-z0-9-]{0,63}")
_ADDRESS_LIKE = re.compile(r"<?[^ \n]*")
_CITED = regex.compile(r"ref:[a-z0-9][a-z0-9-]{0,63}")
_HREF_LENGTH = 2_000
_ID = regex.compile(r"(?<![ \t])[ \t]++\{#([a-z0-9][a-z0-9-]{0,63})\}$")
_DIR = "dir=(?P<dir>ltr|rtl)"
_LANG = "lang=(?P<lang>[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3})"
_RUN = regex.compile(rf"\{{(?:{_DIR}(?: {_LANG})?|{_LANG}(?: {_DIR})?)\}}")


def build_parser(meter: WorkMeter) -> MarkdownIt:
    """Return a markdown-it parser for the dialect, whose work `meter` counts. It keeps no other state between texts."""
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": MAX_NESTING})
    parser.enable("table").use(footnote_plugin, inline=False, move_to_end=False)
    parser.disable(["html_block", "html_inline", "entity", "reference", "code"])
    parser.block.ruler.at("table", partial(_table_rule, meter), {"alt": ["paragraph", "reference"]})
    parser.block.ruler.at("list", list_rule, {"alt": ["paragraph", "reference", "blockquote"]})
    parser.inline.ruler.at("image", _image_rule)
    parser.inline.ruler.at("link", partial(_link_rule, meter))
    parser.inline.ruler.before("link", "run", _run_rule)
    parser.core.ruler.before("inline", "heading_id", _heading_id_rule)
    parser.validateLink = is_allowed_link  # type: ignore[method-assign,assignment]  # documented by markdown-it
    parser.normalizeLinkText = str  # type: ignore[method-assign,assignment]  # decoding could put a bidi override on the page
    meter.measure(parser)
    return parser


def table_too_large() -> TooLarge:
    """Return the error TooLarge `table_too_large`."""
    return TooLarge(
        "table_too_large", N_("A table has more than {limit} cells, which is the limit."), limit=MAX_TABLE_CELLS
    )


def is_allowed_link(href: str) -> bool:
    """Return whether `href` is an allowed link target: http, https, mailto or `#id`."""
    return len(href) <= _HREF_LENGTH and _HREF.fullmatch(href) is not None


def _table_rule(meter: WorkMeter, state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse a table, but raise TooLarge `table_too_large` before a far too large one fills the memory."""
    if silent:
        return read_table(state, start, end, silent)
    estimate = _estimate_cells(meter, state, start, end)
    if estimate > 4 * MAX_TABLE_CELLS:
        raise table_too_large()
    found = read_table(state, start, end, silent)
    if found:
        meter.charge_cells(estimate)
    return found


def _estimate_cells(meter: WorkMeter, state: StateBlock, start: int, end: int) -> int:
    head = state.src.count("|", state.bMarks[start], state.eMarks[start])
    if not head or start + 1 >= end or "-" not in state.src[state.bMarks[start + 1] : state.eMarks[start + 1]]:
        return 0
    last = start
    while last < end and not state.isEmpty(last):
        last += 1
    meter.charge_scan(last - start)
    return head * (last - start)


def _heading_id_rule(state: StateCore) -> None:
    """Move a heading's trailing `{#id}` from its content to its token.

    Only the first of two equal ids counts; the second remains visible text.
    """
    known_ids: set[str] = set()
    for opening, inline in zip(state.tokens, state.tokens[1:], strict=False):
        found = _ID.search(inline.content) if opening.type == "heading_open" else None
        if found and found[1] not in known_ids:
            known_ids.add(found[1])
            opening.meta["id"] = found[1]
            inline.content = inline.content[: found.start()]


def _image_rule(state: StateInline, silent: bool) -> bool:
    """Show an image as the characters it is written with; its address must not become a link either."""
    start = state.pos
    if not read_image(state, True):
        return False
    if not silent:
        state.append_pending(state.src[start : state.pos])
    return True


def _link_rule(meter: WorkMeter, state: StateInline, silent: bool) -> bool:
    """Parse `[words](address)` without a title. Only `[](#id)` may, and `[](ref:code)` must, have no words."""
    start = state.pos
    if state.src[start] != "[":
        return False
    close = state.md.helpers.parseLinkLabel(state, start, True)
    href, end = _parse_address(meter, state, close + 1) if close >= 0 else ("", 0)
    bare, cites = close == start + 1, href.startswith("ref:")
    if not href or (bare and not cites and not href.startswith("#")) or (cites and not bare):
        return False
    if not silent:
        _push_inline(state, "link", start + 1, close, {"href": href})
    state.pos = end
    return True


def _parse_address(meter: WorkMeter, state: StateInline, pos: int) -> tuple[str, int]:
    """Return the address in parentheses at `pos` and the position after it; "" if there is no allowed one."""
    if not state.src.startswith("(", pos):
        return "", 0
    pos = _skip_blanks(state, pos + 1)
    address_like = _ADDRESS_LIKE.match(state.src, pos, state.posMax)
    meter.charge_scan(address_like.end() - pos if address_like else 0)
    found = state.md.helpers.parseLinkDestination(state.src, pos, state.posMax)
    if not found.ok:
        return "", 0
    href = state.md.normalizeLink(found.str)
    end = _skip_blanks(state, found.pos)
    closed = end < state.posMax and state.src[end] == ")"
    allowed = _CITED.fullmatch(href) is not None or state.md.validateLink(href)
    return (href, end + 1) if closed and allowed else ("", 0)


def _skip_blanks(state: StateInline, pos: int) -> int:
    while pos < state.posMax and state.src[pos] in " \t\n":
        pos += 1
    return pos


def _run_rule(state: StateInline, silent: bool) -> bool:
    """Parse `[words]{dir=ltr lang=en}`: one or both attributes, in any order, and no others."""
    start = state.pos
    if state.src[start] != "[":
        return False
    close = state.md.helpers.parseLinkLabel(state, start)
    found = _RUN.match(state.src, close + 1, state.posMax) if close > start + 1 else None
    if not found:
        return False
    if not silent:
        attrs = {name: value for name, value in found.groupdict().items() if value}
        _push_inline(state, "run", start + 1, close, attrs)
    state.pos = found.end()
    return True


def _push_inline(state: StateInline, kind: str, start: int, end: int, attrs: dict[str, str]) -> None:
    """Open a `kind` token, tokenize `start` to `end` inside it, and close it."""
    maximum, state.pos, state.posMax = state.posMax, start, end
    state.push(f"{kind}_open", "", 1).attrs = dict(attrs)
    state.md.inline.tokenize(state)
    state.push(f"{kind}_close", "", -1)
    state.posMax = maximum
