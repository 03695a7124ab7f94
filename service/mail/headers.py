"""Headers whose text is in any script, encoded so that every mail program reads the same text back (RFC 2047).

The folding of `email.policy` loses blanks between the encoded words of a long name, and leaves text alone that looks
like an encoded word. What is not plain ASCII is therefore encoded here.
"""

import re
from email.charset import BASE64, Charset
from email.headerregistry import BaseHeader, HeaderRegistry, UniqueSingleAddressHeader, UniqueUnstructuredHeader
from email.policy import SMTP, Policy

MAX_LINE = 76
"""Octets of a line with an encoded word (RFC 2047 §2)."""


MAX_WORD = 60
"""Octets of an encoded word that fits on a line beside the name of the header."""

MAX_PART = 9
"""Code points of which an encoded word has at most MAX_WORD octets: 4 bytes each, in base64."""

_UTF8 = Charset("utf-8")
_UTF8.header_encoding = BASE64


class NamedAddressHeader(UniqueSingleAddressHeader, BaseHeader):  # type: ignore[misc]  # typeshed separates the two
    """One address with a display name in any script."""

    def fold(self, *, policy: Policy) -> str:
        """Return the header as it is sent; the address has a line of its own after an encoded name."""
        (address,) = self.addresses
        if not _needs_encoding(address.display_name):
            return super().fold(policy=policy)
        name = _encode(address.display_name, header=self.name, linesep=policy.linesep)
        return f"{self.name}: {name}{policy.linesep} <{address.addr_spec}>{policy.linesep}"


class EncodedTextHeader(UniqueUnstructuredHeader, BaseHeader):  # type: ignore[misc]  # as above
    """A line of text in any script."""

    def fold(self, *, policy: Policy) -> str:
        """Return the header as it is sent."""
        if not _needs_encoding(str(self)):
            return super().fold(policy=policy)
        return f"{self.name}: {_encode(str(self), header=self.name, linesep=policy.linesep)}{policy.linesep}"


def one_line(text: str) -> str:
    """Return the text of a header without line breaks, other control characters, and blanks at its ends."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _needs_encoding(text: str) -> bool:
    return not text.isascii() or "=?" in text


def _encode(text: str, *, header: str, linesep: str) -> str:
    """Return encoded words, one a line. They end where words end: some programs show a blank between two of them."""
    lines, room = [""], MAX_LINE - len(f"{header}: ")
    for part in (part for word in re.findall(r"\S+\s*", text) for part in _split_long(word)):
        if len(_UTF8.header_encode(lines[-1] + part)) > room:
            lines.append("")
            room = MAX_LINE - len(" ")
        lines[-1] += part
    return f"{linesep} ".join(_UTF8.header_encode(line) for line in lines if line)


def _split_long(word: str) -> list[str]:
    if len(_UTF8.header_encode(word)) <= MAX_WORD:
        return [word]
    return [word[start : start + MAX_PART] for start in range(0, len(word), MAX_PART)]


def _registry() -> HeaderRegistry:
    registry = HeaderRegistry()
    registry.map_to_type("from", NamedAddressHeader)
    registry.map_to_type("subject", EncodedTextHeader)
    return registry


POLICY = SMTP.clone(cte_type="7bit", header_factory=_registry())
"""CRLF, and no octet above 127: not every server on the way takes 8BITMIME."""
