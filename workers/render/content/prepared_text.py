"""The galley: a manuscript read once, with its words, ready for whatever sets it."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from service.domain.text.markup import parser
from service.domain.text.markup.tree import Block, Tree
from service.domain.text.structure.outline import build_outline
from workers.render.content import templates as templates_task
from workers.render.content.manuscript import Manuscript
from workers.render.content.print_content import PrintContent, build_content
from workers.render.content.print_i18n import PrintFormatter, parse_date
from workers.render.content.scripts import dominant_direction
from workers.render.content.tree_transforms import Labels, demote_headings, prepare_blocks

MICROSECONDS_PER_SECOND = 1_000_000

UNKNOWN_TIMESTAMP = 315_532_800
"""1 January 1980, which PDF/A-2a wants where no date is known."""


@dataclass(frozen=True, slots=True)
class SupplementaryText:
    """A text that is no part of the document's outline; `foreign` where it runs against the page, as a reservation does
    that its organisation gave in another language only."""

    blocks: tuple[Block, ...]
    against_page: bool


@dataclass(frozen=True)
class PreparedManuscript:
    """`text` are prepared blocks; `matter` is what stands round them."""

    manuscript: Manuscript
    templates_directory: Path
    formatter: PrintFormatter
    content: PrintContent
    blocks: tuple[Block, ...]
    about: SupplementaryText
    reservations: tuple[SupplementaryText, ...]

    @property
    def rtl(self) -> bool:
        return self.manuscript.dir == "rtl"

    @property
    def emphasis(self) -> str:
        return str(self.formatter.strings["emphasis"])


def _prepare_tree(tree: Tree, manuscript: Manuscript, *, labels: Labels) -> tuple[Block, ...]:
    return prepare_blocks(tree, labels=labels, lang=manuscript.lang, digits=manuscript.digits)


def prepare_manuscript(manuscript: Manuscript, *, directory: Path) -> PreparedManuscript:
    """The galley of `manuscript` with the templates in `directory`. Raises Malformed and what the reader raises."""
    formatter = PrintFormatter(templates_task.strings(manuscript.lang, directory=directory), manuscript.digits)
    tree = parser.parse_markup(manuscript.text)
    return PreparedManuscript(
        manuscript=manuscript,
        templates_directory=directory,
        formatter=formatter,
        content=build_content(manuscript, formatter),
        blocks=_prepare_tree(tree, manuscript, labels=build_outline(tree, digits=manuscript.digits).labels),
        about=_prepare_supplementary(manuscript.about, manuscript),
        reservations=tuple(
            _prepare_supplementary(reservation.text, manuscript) for reservation in manuscript.reservations
        ),
    )


def _prepare_supplementary(text: str, manuscript: Manuscript) -> SupplementaryText:
    blocks = demote_headings(_prepare_tree(parser.parse_markup(text), manuscript, labels={}))
    return SupplementaryText(blocks, against_page=bool(text) and dominant_direction(text) != manuscript.dir)


def file_timestamp(manuscript: Manuscript) -> int:
    """Seconds since 1970 written into the file: the moment of the seal, else midnight UTC of the manuscript's date,
    else UNKNOWN. Never the clock: the same manuscript gives the same bytes tomorrow."""
    if manuscript.seal:
        return manuscript.seal.sealed_at // MICROSECONDS_PER_SECOND
    if manuscript.date:
        return int(dt.datetime.combine(parse_date(manuscript.date), dt.time(), tzinfo=dt.UTC).timestamp())
    return UNKNOWN_TIMESTAMP
