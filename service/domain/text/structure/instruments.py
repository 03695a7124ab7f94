"""Citations of international instruments: `[](ref:iccpr-25)` is a footnote with the official title.

`ref:` is followed by a code of the table and, to cite one article or paragraph, its number: `rome-15bis`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import regex

from service.domain.text.markup.tree import (
    Citation,
    DirectionalRun,
    Heading,
    Inline,
    Note,
    Paragraph,
    PlainText,
    Table,
    Tree,
)
from service.domain.text.structure.instrument_table import (
    FORMER_CODES,
    GENERAL_ASSEMBLY,
    INSERTED,
    SECURITY_COUNCIL,
    TREATIES,
)
from service.domain.text.structure.outline import walk_blocks
from service.domain.text.structure.provisions import Digits, in_digits


@dataclass(frozen=True, slots=True)
class Instrument:
    """An instrument that can be cited.

    `titles` are by language; `last` is the number of its last `unit`, None if not checked; `inserted` are numbers of
    units added between the others.
    """

    code: str
    titles: Mapping[str, str]
    symbol: str
    unit: str
    last: int | None
    inserted: tuple[str, ...] = ()


def _load_instruments() -> Iterator[Instrument]:
    for code, symbol, last, ar, en in TREATIES:
        yield Instrument(code, {"ar": ar, "en": en}, symbol, "article", last, INSERTED.get(code, ()))
    for number, year, paragraphs in SECURITY_COUNCIL:
        name = f"{number} ({year})"
        titles = {"ar": f"قرار مجلس الأمن {name}", "en": f"Security Council resolution {name}"}
        yield Instrument(f"unsc-{number}", titles, f"S/RES/{name}", "paragraph", paragraphs)
    for session, number in GENERAL_ASSEMBLY:
        name = f"{session}/{number}"
        titles = {"ar": f"قرار الجمعية العامة {name}", "en": f"General Assembly resolution {name}"}
        yield Instrument(f"unga-{session}-{number}", titles, f"A/RES/{name}", "paragraph", None)


INSTRUMENTS: Mapping[str, Instrument] = {one.code: one for one in _load_instruments()}

_UNITS: Mapping[str, Mapping[str, str]] = {
    "ar": {"article": "المادة", "paragraph": "الفقرة"},
    "en": {"article": "Article", "paragraph": "paragraph"},
}
_INSERTED = regex.compile(r"(?P<number>\d+)(?P<again>bis|ter)")
_AGAIN: Mapping[str, Mapping[str, str]] = {"ar": {"bis": "مكررًا", "ter": "مكررًا ثانيًا"}}
"""The suffix of the number of an inserted article; the Latin word itself in other languages."""
_COMMAS: Mapping[str, str] = {"ar": "، "}
_DEFAULT_LANG = "en"


def find_instrument(ref: str) -> tuple[Instrument, str | None] | None:
    """Return the instrument of a reference, with the article or paragraph number typed; None if either is unknown."""
    ref = current_ref(ref)
    instrument = INSTRUMENTS.get(ref)
    if instrument:
        return instrument, None
    code, _, number = ref.rpartition("-")
    found = INSTRUMENTS.get(code)
    return (found, number) if found and _exists(found, number) else None


def current_ref(ref: str) -> str:
    """Return `ref` with a code of an earlier release replaced by the current one."""
    code, dash, number = ref.partition("-")
    return f"{FORMER_CODES.get(code, code)}{dash}{number}"


def render_citation(cite: Citation, *, lang: str, digits: Digits) -> tuple[Inline, ...]:
    """Return the words of a citation: title, article, symbol. An unknown reference is shown as typed."""
    found = find_instrument(cite.ref)
    if not found:
        return (DirectionalRun("ltr", None, (PlainText(f"ref:{cite.ref}"),)),)
    instrument, number = found
    title = instrument.titles.get(lang, instrument.titles[_DEFAULT_LANG])
    words = [in_digits(title, digits)]
    if number:
        words.append(
            f"{_UNITS.get(lang, _UNITS[_DEFAULT_LANG])[instrument.unit]} {_number(number, lang=lang, digits=digits)}"
        )
    text = _COMMAS.get(lang, ", ").join(words)
    if not instrument.symbol:
        return (PlainText(f"{text}."),)
    return PlainText(f"{text} ("), DirectionalRun("ltr", "en", (PlainText(instrument.symbol),)), PlainText(").")


def list_citations(tree: Tree) -> tuple[str, ...]:
    """Return the references a text cites, without duplicates, with current codes, in reading order."""
    return tuple(dict.fromkeys(map(current_ref, _refs_in_blocks(tree))))


def unknown_citations(tree: Tree) -> tuple[str, ...]:
    """Return citations of unknown instruments or articles: `ref:iccpr-99`."""
    return tuple(f"ref:{ref}" for ref in list_citations(tree) if not find_instrument(ref))


def _exists(instrument: Instrument, number: str) -> bool:
    if number in instrument.inserted:
        return True
    if not number.isdecimal() or number.startswith("0"):
        return False
    return instrument.last is None or int(number) <= instrument.last


def _number(number: str, *, lang: str, digits: Digits) -> str:
    """Format the number of an article: «٢٥», «١٥ مكررًا», "15 bis"."""
    inserted = _INSERTED.fullmatch(number)
    if not inserted:
        return in_digits(number, digits)
    again = _AGAIN.get(lang, {}).get(inserted["again"], inserted["again"])
    return f"{in_digits(inserted['number'], digits)} {again}"


def _refs_in_blocks(tree: Tree) -> Iterator[str]:
    for blocks in (tree.blocks, *(note.blocks for note in tree.notes)):
        for block in walk_blocks(blocks):
            match block:
                case Heading(children=children) | Paragraph(children=children):
                    yield from _refs_in(children)
                case Table(head=head, rows=rows):
                    yield from (ref for row in (head, *rows) for cell in row.cells for ref in _refs_in(cell.children))
                case _:
                    pass


def _refs_in(nodes: Iterable[Inline]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, Citation):
            yield node.ref
        elif isinstance(node, Note):
            yield from (
                ref for block in node.blocks if isinstance(block, Paragraph) for ref in _refs_in(block.children)
            )
        else:
            yield from _refs_in(getattr(node, "children", ()))
