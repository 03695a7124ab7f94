"""Numbers, dates and counted things as paper says them. The words come from the templates, not from the service's
catalogues: what is printed must be covered by the hash of the templates, so that equal keys give equal bytes."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from babel.core import Locale

from service.domain.errors import N_, InvalidInput
from workers.render.content.manuscript import Digits

_ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@dataclass(frozen=True)
class PrintFormatter:
    """The sentences of one language with one system of digits."""

    strings: Mapping[str, object]
    digits: Digits

    def message(self, *path: str, **values: object) -> str:
        """The sentence at `path` with its {named} places filled."""
        return self._string(path).format(**values)

    def format_number(self, value: int | str) -> str:
        """`value` in the chosen digits; for numbers of ours, never for words of the text."""
        return str(value).translate(_ARABIC_INDIC) if self.digits == "arab" else str(value)

    def format_count(self, number: int, *path: str) -> str:
        """The sentence at `path` in the plural form of `number` (CLDR), zero having its own where one is given."""
        forms = self._lookup(path)
        assert isinstance(forms, Mapping)
        zero = "zero" if number == 0 and "zero" in forms else ""
        form = zero or Locale.parse(str(self.strings["lang"])).plural_form(number)
        return str(forms.get(form, forms["other"])).format(n=self.format_number(number))

    def format_date(self, iso: str) -> str:
        """«٢٢ تشرين الثاني ٢٠٢٦», "22 November 2026"; empty for an empty date. Raises Malformed `date_malformed`."""
        if not iso:
            return ""
        day = parse_date(iso)
        month = self._lookup(("months",))
        assert isinstance(month, Sequence)
        return self.message(
            "date", day=self.format_number(day.day), month=month[day.month - 1], year=self.format_number(day.year)
        )

    def format_list(self, items: Sequence[str]) -> str:
        return self.message("comma").join(items)

    def _string(self, path: Sequence[str]) -> str:
        found = self._lookup(path)
        assert isinstance(found, str), path
        return found

    def _lookup(self, path: Sequence[str]) -> object:
        found: object = self.strings
        for step in path:
            assert isinstance(found, Mapping), path
            found = found[step]
        return found


def parse_date(iso: str) -> dt.date:
    """Raises Malformed `date_malformed`."""
    try:
        return dt.date.fromisoformat(iso)
    except ValueError:
        raise InvalidInput("date_malformed", N_("“{date}” is not a date."), date=iso) from None
