"""What will stand on paper must be printable: a text that is not could be approved and never become a PDF."""

from service.domain.errors import N_, Conflict, Malformed
from service.domain.text.canonical import canonical
from service.domain.text.canonical import name as canonical_name
from service.domain.text.instruments import uncitable
from service.domain.text.markup import read as read_markup
from service.domain.text.outline import outline
from service.domain.text.printable import first_unprintable


def printed_line(text: str, *, limit: int) -> str:
    """A name, title or line as `canonical.name` makes it. Raises Malformed `unprintable_character` besides."""
    return check_printable(canonical_name(text, limit=limit))


def printed_text(text: str) -> str:
    """A text of several lines, canonical and trimmed. Raises Malformed `unprintable_character` besides."""
    return check_printable(canonical(text).text.strip())


def check_printable(text: str, *, lang: str = "") -> str:
    """`text`, if the press has a face for each of its characters."""
    found = first_unprintable(text)
    if found:
        place: dict[str, object] = {"line": found.line, "column": found.column}
        raise Malformed(
            "unprintable_character",
            N_("“{character}” cannot be printed (line {line}, column {column}). Replace it first."),
            extra=place | ({"lang": lang} if lang else {}),
            character=found.character,
            line=found.line,
            column=found.column,
        )
    return text


def check_fit(title: str, text: str, *, lang: str) -> None:
    """Whether a text may go to the press: every character has a face, every reference leads somewhere. Raises Malformed
    `unprintable_character`, Conflict `broken_reference`."""
    check_printable(title, lang=lang)
    check_printable(text, lang=lang)
    tree = read_markup(text)
    broken = (*outline(tree).broken, *uncitable(tree))
    if broken:
        raise Conflict(
            "broken_reference",
            N_("A reference leads nowhere: {targets}. Mend it, then go on."),
            extra={"lang": lang, "targets": list(broken)},
            targets=broken,
        )
