"""Validation of input shared by several actions. Printed text must be printable: otherwise it could be approved and
never become a PDF."""

import hashlib
from collections.abc import Mapping

from service.domain.errors import N_, Conflict, Malformed
from service.domain.text.markup.canonical import canonical
from service.domain.text.markup.canonical import name as canonical_name
from service.domain.text.markup.parser import read as read_markup
from service.domain.text.markup.printable import first_unprintable
from service.domain.text.structure.instruments import uncitable
from service.domain.text.structure.outline import outline
from service.i18n import language

LONGEST_TITLE = 300
"""Code points."""

LONGEST_NAME = 200
"""Code points of a name."""


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


def checked_title(title: str) -> str:
    return printed_line(title, limit=LONGEST_TITLE)


def key_sha256(key: str) -> str:
    """The digest a token or session id is kept as."""
    return hashlib.sha256(key.encode()).hexdigest()


def checked_names(names: Mapping[str, str]) -> dict[str, str]:
    """A name in at least one language we have. Raises Malformed."""
    checked = {known_language(lang): canonical_name(name, limit=LONGEST_NAME) for lang, name in names.items() if name}
    if not checked:
        raise Malformed("no_name", N_("A name is needed, in at least one language."))
    return checked


def known_language(lang: str) -> str:
    """`lang`, or Malformed `unknown_language`."""
    return language(lang).code


def checked_email(email: str) -> str:
    """The address in lower case. Raises Malformed `bad_email`."""
    address = canonical_name(email, limit=254).lower()
    local, at, host = address.partition("@")
    if not (local and at and "." in host and " " not in address and host.count("@") == 0):
        raise Malformed("bad_email", N_("“{email}” is not a mail address."), email=address)
    return address
