"""From a Word package to written blocks: what runs in the sandbox."""

from workers.intake.docx_reader import ReadFile
from workers.intake.model import WordHeading
from workers.intake.package.word_package import WordPackage
from workers.intake.reading.block_reader import WordReader
from workers.intake.reading.story import Flat, nest_placed
from workers.intake.writing.block_writer import BlockWriter
from workers.render.docx.xml import iter_elements

CLOSING_HEADING = "closing heading"
"""Style of the headings after the text."""

BACK_MATTER_STYLES = {
    CLOSING_HEADING,
    "signatory",
    "reservation",
    "reservation by",
    "reservation against",
    "seal",
    "press line",
}
"""Styles of what exported files have after the text, with the heading before it."""


def read_file(data: bytes, *, lang: str) -> ReadFile:
    """Read a Word package. Raises RenderRefused if it cannot be opened."""
    package = WordPackage.open(data)
    reader = WordReader(package, lang)
    flats = _without_back_matter(reader.read_body(), reader)
    if not reader.styles.is_own:
        _count_running_words(package, reader)
    writer = BlockWriter(reader.losses, lang, reader.styles.is_own)
    blocks = [(one.text, one.place.kind, one.place.number) for one in writer.write(nest_placed(flats))]
    samples = [(code, place.kind, place.number, words) for code, place, words in reader.losses.shown_samples()]
    counts = {code: count for code, count in reader.losses.counts.items() if count}
    return ReadFile(blocks, writer.write_notes(), reader.title, counts, samples)


def _without_back_matter(flats: list[Flat], reader: WordReader) -> list[Flat]:
    """Return the text without the signatories, the seal and the like of an exported file."""
    end = next((index for index, one in enumerate(flats) if one.style in BACK_MATTER_STYLES), len(flats))
    if end < len(flats):
        if flats[end].style != CLOSING_HEADING:
            headings = (index for index, one in enumerate(flats[:end]) if isinstance(one.block, WordHeading))
            end = max(headings, default=end)
        reader.losses.add("matter", count=len(flats) - end)
    return flats[:end]


def _count_running_words(package: WordPackage, reader: WordReader) -> None:
    """Count the headers and footers with words in them: they are no part of the text."""
    for kind in ("header", "footer"):
        for part in package.all_related(kind):
            words = "".join(one.text or "" for one in iter_elements(part, "t"))
            if any(character.isalpha() for character in words):
                reader.losses.add("running_words", words)
