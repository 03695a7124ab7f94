"""Numbers, dates, plurals and sentences of print.

The words come from the print templates, not from the message catalogues: the digest of the templates, a part of the
pipeline key, must cover everything printed, so that equal keys give equal bytes.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from babel.core import Locale

from service.domain.errors import N_, InvalidInput
from workers.render.content.manuscript import Digits

_ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@dataclass(frozen=True)
class PrintFormatter:
    """The print strings of one language, with one set of digits."""

    strings: Mapping[str, object]
    digits: Digits

    def message(self, *path: str, **values: object) -> str:
        """Return the string at `path` with its `{named}` placeholders filled."""
        return self._string(path).format(**values)

    def format_number(self, value: int | str) -> str:
        """Return `value` in the digits of the manuscript; for generated numbers, never for the text of a document."""
        return str(value).translate(_ARABIC_INDIC) if self.digits == "arab" else str(value)

    def format_count(self, number: int, *path: str) -> str:
        """Return the string at `path` in the CLDR plural form of `number`; "zero" is used for 0 if present."""
        forms = self._lookup(path)
        assert isinstance(forms, Mapping)
        zero = "zero" if number == 0 and "zero" in forms else ""
        form = zero or Locale.parse(str(self.strings["lang"])).plural_form(number)
        return str(forms.get(form, forms["other"])).format(n=self.format_number(number))

    def format_date(self, iso: str) -> str:
        """Format an ISO date: «٢٢ تشرين الثاني ٢٠٢٦», "22 November 2026"; "" gives "".

        Raises InvalidInput `date_malformed`.
        """
        if not iso:
            return ""
        day = parse_date(iso)
        month = self._lookup(("months",))
        assert isinstance(month, Sequence)
        return self.message(
            "date", day=self.format_number(day.day), month=month[day.month - 1], year=self.format_number(day.year)
        )

    def format_list(self, items: Sequence[str]) -> str:
        """Join items with the comma of the language."""
        return self.message("comma").join(items)

    def _string(self, path: Sequence[str]) -> str:
        value = self._lookup(path)
        assert isinstance(value, str), path
        return value

    def _lookup(self, path: Sequence[str]) -> object:
        value: object = self.strings
        for key in path:
            assert isinstance(value, Mapping), path
            value = value[key]
        return value


def parse_date(iso: str) -> dt.date:
    """Parse an ISO date. Raises InvalidInput `date_malformed`."""
    try:
        return dt.date.fromisoformat(iso)
    except ValueError:
        raise InvalidInput("date_malformed", N_("“{date}” is not a date."), date=iso) from None
