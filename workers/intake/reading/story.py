"""From a flat run of paragraphs with labels to nested lists and quotations."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from service.domain.text.markup.tree import ListStyle
from workers.intake.model import Placed, WordBlock, WordList, WordPlace, WordQuote
from workers.intake.package.numbering import Label


@dataclass(frozen=True, slots=True)
class Flat:
    """A paragraph or table of a story.

    `item`: the label with which it begins an item; `depth`: how many lists are around it (0: none), `quotes` likewise;
    `loose`: its list has space between the items, None where the file does not say it; `align`: `w:jc` as written.
    """

    block: WordBlock
    place: WordPlace
    style: str = ""
    item: Label | None = None
    depth: int = 0
    quotes: int = 0
    loose: bool | None = None
    align: str = ""


@dataclass(slots=True)
class _Open:
    """An open list or quotation; `depth` is 0 for quotations, `quotes` counts those around it."""

    depth: int
    quotes: int
    blocks: list[WordBlock]
    style: ListStyle | None = None
    start: int = 1
    items: list[list[WordBlock]] = field(default_factory=list)
    loose: bool | None = None

    def close(self) -> WordBlock:
        if not self.depth:
            return WordQuote(tuple(self.blocks))
        tight = not any(_has_paragraphs(item[1:]) for item in self.items) if self.loose is None else not self.loose
        return WordList(self.style, self.start, tuple(map(tuple, self.items)), tight)


def nest(flats: Iterable[Flat]) -> tuple[WordBlock, ...]:
    """Return the blocks of a story."""
    return tuple(one.block for one in nest_placed(flats))


def nest_placed(flats: Iterable[Flat]) -> list[Placed]:
    """Return the blocks of a story with the place of each, which is that of its first paragraph."""
    nester = _Nester()
    for flat in flats:
        nester.add(flat)
    return nester.finish()


@dataclass(slots=True)
class _Nester:
    found: list[Placed] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)
    place: WordPlace = field(default_factory=lambda: WordPlace("paragraph", 1))

    def add(self, flat: Flat) -> None:
        before = self.stack[0] if self.stack else None
        if flat.item is None:
            self._enter(flat.depth, flat.quotes)
        else:
            self._enter_list(flat.item, flat.depth, flat.quotes, loose=flat.loose)
        if self.stack and self.stack[0] is not before:
            self.place = flat.place
        if flat.item is None:
            self._append(flat.block, flat.place)
        else:
            self.stack[-1].items.append([flat.block])

    def finish(self) -> list[Placed]:
        self._pop(0)
        return self.found

    def _append(self, block: WordBlock, place: WordPlace) -> None:
        if not self.stack:
            self.found.append(Placed(block, place))
        elif self.stack[-1].depth:
            self.stack[-1].items[-1].append(block)
        else:
            self.stack[-1].blocks.append(block)

    def _pop(self, length: int) -> None:
        while len(self.stack) > length:
            block = self.stack.pop().close()
            self._append(block, self.place)

    def _enter(self, depth: int, quotes: int) -> None:
        """Close and open what is needed to stand in an item of a depth, and in a number of quotations."""
        lists = [index for index, one in enumerate(self.stack) if one.depth and one.depth <= depth]
        self._pop_to(lists[-1] + 1 if lists else 0, quotes)

    def _pop_to(self, base: int, quotes: int) -> None:
        """Keep `base` open containers and the quotations right above them, as many as are needed."""
        inner = quotes - (self.stack[base - 1].quotes if base else 0)
        keep = base
        while keep < len(self.stack) and not self.stack[keep].depth and keep - base < inner:
            keep += 1
        self._pop(keep)
        for _ in range(inner - (keep - base)):
            self.stack.append(_Open(0, self._quotes() + 1, []))

    def _quotes(self) -> int:
        return self.stack[-1].quotes if self.stack else 0

    def _enter_list(self, label: Label, depth: int, quotes: int, *, loose: bool | None) -> None:
        same = next((i for i, one in enumerate(self.stack) if one.depth == depth and one.quotes == quotes), None)
        if same is not None:
            self._pop(same + 1)
            if self._continues(self.stack[same], label):
                self.stack[same].loose = loose or self.stack[same].loose
                return
            self._pop(same)
        else:
            self._enter(depth - 1, quotes)
        number = label.number if label.style else 1
        self.stack.append(_Open(depth, self._quotes(), [], label.style, number, loose=loose))

    def _continues(self, opened: _Open, label: Label) -> bool:
        if opened.style != label.style:
            return False
        return label.style is None or opened.start + len(opened.items) == label.number


def _has_paragraphs(blocks: Iterable[WordBlock]) -> bool:
    return any(not isinstance(one, WordList) for one in blocks)
