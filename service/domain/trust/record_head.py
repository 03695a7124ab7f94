"""The head of the record: the number and commitment of its newest entry, written so that people can pass it on.

A head given away makes a later rewriting of the record evident: the record that contains it is the one of that day.
"""

import re
from dataclasses import dataclass

from service.domain.errors import N_, InvalidInput

GROUPS = 8
"""Groups of four hexadecimal digits in the short form: 128 bits."""

_GROUP = 4
_FORM = re.compile(r"(\d{1,15}):([0-9a-f]{32,64})")


@dataclass(frozen=True, slots=True)
class RecordHead:
    """The newest entry of the record at a moment; `seq` 0 before the first."""

    seq: int
    commitment: str

    def __str__(self) -> str:
        """Return the short form, `412:3fa8-91c2-…`."""
        return f"{self.seq}:{self.short_hash}"

    @property
    def short_hash(self) -> str:
        """Return the first GROUPS groups of the commitment, joined by hyphens."""
        digits = self.commitment[: GROUPS * _GROUP]
        return "-".join(digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP))

    def matches(self, commitment: str) -> bool:
        """Return whether a commitment begins with the digits of this head."""
        return commitment.startswith(self.commitment)


def parse_head(text: str) -> RecordHead:
    """Parse `NUMBER:HASH`, or the number and the hash as a receipt shows them. Raises InvalidInput `bad_head`.

    The hash is short or whole, with any hyphens, spaces and an ellipsis; the number in any decimal digits.
    """
    number, _, shown = re.sub(r"^\s*(\d+)\s*[:\s]", r"\1:", text).partition(":")
    digits = re.sub(r"[\s…-]", "", shown).lower()
    found = _FORM.fullmatch(f"{number}:{digits}")
    if found is None:
        raise InvalidInput(
            "bad_head", N_("Write the number of the entry, a colon, and at least 32 digits of its hash.")
        )
    return RecordHead(int(found[1]), found[2])
