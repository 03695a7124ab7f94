"""What kind of block a paragraph is: by its style, its outline level, its label, its place in a list."""

from dataclasses import dataclass

from lxml import etree

from workers.intake.model import ParagraphContent, TextPiece, WordCode, WordHeading, WordParagraph, WordPlace, WordRule
from workers.intake.package.numbering import Label
from workers.intake.package.styles import WordStyles, outline_level
from workers.intake.package.word_package import child_value, is_on
from workers.intake.reading.open_item import OpenItem
from workers.intake.reading.own_marks import OwnIndents, breakable_label
from workers.intake.reading.story import Flat
from workers.render.docx.xml import qn


@dataclass(frozen=True, slots=True)
class ParagraphFacts:
    """A paragraph as read: `names` are those of its style and the styles that is based on; `id` of a heading, or ""."""

    content: ParagraphContent
    label: Label | None
    names: tuple[str, ...]
    properties: etree._Element | None
    style_id: str
    id: str

    @property
    def name(self) -> str:
        """The name of the paragraph's style."""
        return self.names[0] if self.names else ""

    @property
    def words(self) -> str:
        """The text of the paragraph."""
        return "".join(one.text for one in self.content.pieces if isinstance(one, TextPiece))


def flat_of(
    facts: ParagraphFacts, *, styles: WordStyles, item: OpenItem, place: WordPlace, own: OwnIndents | None
) -> Flat:
    """Return the block that a paragraph is; `item` is the item of a list before it, `own` of an exported file."""
    if own:
        return _own_flat(facts, styles=styles, place=place, own=own)
    if facts.content.rule:
        return Flat(WordRule(), place, facts.name)
    label, pieces = facts.label, tuple(facts.content.pieces)
    if label and label.words and not label.style:
        pieces = (TextPiece(label.words), *pieces)
    level = styles.heading_level(facts.style_id) or outline_level(_property(facts, "outlineLvl"))
    if level:
        words = (TextPiece(label.words), *pieces) if label and label.style else pieces
        return Flat(WordHeading(level, words, facts.id), place, facts.name)
    block = WordParagraph(pieces, facts.content.bold)
    quotes, align = int("quote" in facts.names), child_value(facts.properties, "jc")
    if label and not label.blank and (label.bullet or label.style):
        return Flat(block, place, facts.name, label, label.depth + 1, quotes, align=align)
    depth = item.continued_depth(label, facts.names, facts.properties, facts.style_id)
    return Flat(block, place, facts.name, depth=depth, quotes=quotes, align=align)


def _property(facts: ParagraphFacts, name: str) -> etree._Element | None:
    return None if facts.properties is None else facts.properties.find(qn(name))


def _own_flat(facts: ParagraphFacts, *, styles: WordStyles, place: WordPlace, own: OwnIndents) -> Flat:
    """Return the block of a paragraph in an exported file, whose indentation says where it stands."""
    depth, quotes = own.place_of(facts.properties, facts.style_id)
    pieces, label, align = tuple(facts.content.pieces), facts.label, child_value(facts.properties, "jc")
    level = styles.heading_level(facts.style_id)
    if facts.content.rule:
        return Flat(WordRule(), place, facts.name, depth=depth, quotes=quotes)
    if facts.name == "source code":
        return Flat(WordCode(facts.words), place, facts.name, depth=depth, quotes=quotes)
    if level:
        return Flat(WordHeading(level, breakable_label(pieces), facts.id), place, facts.name)
    if label and not label.blank and (label.bullet or label.style):
        loose = is_on(_property(facts, "contextualSpacing")) is False
        return Flat(WordParagraph(pieces), place, facts.name, label, max(depth, label.depth + 1), quotes, loose, align)
    return Flat(WordParagraph(pieces), place, facts.name, depth=depth, quotes=quotes, align=align)
