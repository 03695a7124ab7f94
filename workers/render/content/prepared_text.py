"""The galley: a manuscript read once, with its words, ready for whatever sets it."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from service.domain.text.markup import parser
from service.domain.text.markup.tree import Block, Tree
from service.domain.text.structure.outline import outline
from workers.render.content import templates as templates_task
from workers.render.content.manuscript import Manuscript
from workers.render.content.print_content import Matter, arrange
from workers.render.content.print_i18n import Wording, day_of
from workers.render.content.scripts import way
from workers.render.content.tree_transforms import Labels, demote, prepare

MICROSECONDS = 1_000_000

UNKNOWN = 315_532_800
"""1 January 1980, which PDF/A-2a wants where no date is known."""


@dataclass(frozen=True, slots=True)
class Aside:
    """A text that is no part of the document's outline; `foreign` where it runs against the page, as a reservation does
    that its organisation gave in another language only."""

    blocks: tuple[Block, ...]
    foreign: bool


@dataclass(frozen=True)
class Galley:
    """`text` are prepared blocks; `matter` is what stands round them."""

    manuscript: Manuscript
    templates: Path
    wording: Wording
    matter: Matter
    text: tuple[Block, ...]
    about: Aside
    reservations: tuple[Aside, ...]

    @property
    def rtl(self) -> bool:
        return self.manuscript.dir == "rtl"

    @property
    def emphasis(self) -> str:
        return str(self.wording.strings["emphasis"])


def _prepared(tree: Tree, manuscript: Manuscript, *, labels: Labels) -> tuple[Block, ...]:
    return prepare(tree, labels=labels, lang=manuscript.lang, digits=manuscript.digits)


def read(manuscript: Manuscript, *, directory: Path) -> Galley:
    """The galley of `manuscript` with the templates in `directory`. Raises Malformed and what the reader raises."""
    wording = Wording(templates_task.strings(manuscript.lang, directory=directory), manuscript.digits)
    tree = parser.read(manuscript.text)
    return Galley(
        manuscript=manuscript,
        templates=directory,
        wording=wording,
        matter=arrange(manuscript, wording),
        text=_prepared(tree, manuscript, labels=outline(tree, digits=manuscript.digits).labels),
        about=_aside(manuscript.about, manuscript),
        reservations=tuple(_aside(reservation.text, manuscript) for reservation in manuscript.reservations),
    )


def _aside(text: str, manuscript: Manuscript) -> Aside:
    blocks = demote(_prepared(parser.read(text), manuscript, labels={}))
    return Aside(blocks, foreign=bool(text) and way(text) != manuscript.dir)


def time_of(manuscript: Manuscript) -> int:
    """Seconds since 1970 written into the file: the moment of the seal, else midnight UTC of the manuscript's date,
    else UNKNOWN. Never the clock: the same manuscript gives the same bytes tomorrow."""
    if manuscript.seal:
        return manuscript.seal.sealed_at // MICROSECONDS
    if manuscript.date:
        return int(dt.datetime.combine(day_of(manuscript.date), dt.time(), tzinfo=dt.UTC).timestamp())
    return UNKNOWN
