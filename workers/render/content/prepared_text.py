"""The prepared manuscript: parsed, numbered and formatted once, ready for any renderer."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from service.domain.text.markup import parser
from service.domain.text.markup.tree import Block, Tree
from service.domain.text.structure.outline import build_outline
from workers.render.content import templates
from workers.render.content.manuscript import Manuscript
from workers.render.content.print_content import PrintContent, build_content
from workers.render.content.print_i18n import PrintFormatter, parse_date
from workers.render.content.scripts import dominant_direction
from workers.render.content.tree_transforms import Labels, demote_headings, prepare_blocks

MICROSECONDS_PER_SECOND = 1_000_000

UNKNOWN_TIMESTAMP = 315_532_800
"""1 January 1980: PDF/A-2a requires a date even if none is known."""


@dataclass(frozen=True, slots=True)
class SupplementaryText:
    """A text outside the document's outline.

    `against_page`: its direction is not the page's, as with a reservation given only in another language.
    """

    blocks: tuple[Block, ...]
    against_page: bool


@dataclass(frozen=True)
class PreparedManuscript:
    """A manuscript and what renderers need of it.

    `blocks` are the transformed blocks of the text; `content` is what is printed around them.
    """

    manuscript: Manuscript
    templates_directory: Path
    formatter: PrintFormatter
    content: PrintContent
    blocks: tuple[Block, ...]
    about: SupplementaryText
    reservations: tuple[SupplementaryText, ...]

    @property
    def rtl(self) -> bool:
        """Return whether the page runs from right to left."""
        return self.manuscript.dir == "rtl"

    @property
    def emphasis(self) -> str:
        """Return "weight" in scripts without italics, else "slant"."""
        return str(self.formatter.strings["emphasis"])


def _prepare_tree(tree: Tree, manuscript: Manuscript, *, labels: Labels) -> tuple[Block, ...]:
    return prepare_blocks(tree, labels=labels, lang=manuscript.lang, digits=manuscript.digits)


def prepare_manuscript(manuscript: Manuscript, *, directory: Path) -> PreparedManuscript:
    """Parse and prepare a manuscript with the templates in `directory`.

    Raises InvalidInput, TextRefused or TooLarge.
    """
    strings = templates.strings(manuscript.lang, directory=directory, wording=manuscript.wording)
    formatter = PrintFormatter(strings, manuscript.digits)
    tree = parser.parse_markup(manuscript.text, max_work=None)
    return PreparedManuscript(
        manuscript=manuscript,
        templates_directory=directory,
        formatter=formatter,
        content=build_content(manuscript, formatter),
        blocks=_prepare_tree(tree, manuscript, labels=build_outline(tree).labels),
        about=_prepare_supplementary(manuscript.about, manuscript),
        reservations=tuple(
            _prepare_supplementary(reservation.text, manuscript) for reservation in manuscript.reservations
        ),
    )


def _prepare_supplementary(text: str, manuscript: Manuscript) -> SupplementaryText:
    blocks = demote_headings(_prepare_tree(parser.parse_markup(text, max_work=None), manuscript, labels={}))
    return SupplementaryText(blocks, against_page=bool(text) and dominant_direction(text) != manuscript.dir)


def file_timestamp(manuscript: Manuscript) -> int:
    """Return the time for the file's metadata, in seconds since 1970.

    It is the time of the seal, else midnight UTC of the manuscript's date, else UNKNOWN_TIMESTAMP; never the clock, so
    that the same manuscript always gives the same bytes.
    """
    if manuscript.seal:
        return manuscript.seal.sealed_at // MICROSECONDS_PER_SECOND
    if manuscript.date:
        return int(dt.datetime.combine(parse_date(manuscript.date), dt.time(), tzinfo=dt.UTC).timestamp())
    return UNKNOWN_TIMESTAMP
