"""Numbers, dates and counted things as paper says them. The words come from the templates, not from the service's
catalogues: what is printed must be covered by the hash of the templates, so that equal keys give equal bytes."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from babel.core import Locale

from service.domain.errors import N_, Malformed
from workers.render.content.manuscript import Digits

_ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@dataclass(frozen=True)
class Wording:
    """The sentences of one language with one system of digits."""

    strings: Mapping[str, object]
    digits: Digits

    def say(self, *path: str, **places: object) -> str:
        """The sentence at `path` with its {named} places filled."""
        return self._sentence(path).format(**places)

    def number(self, value: int | str) -> str:
        """`value` in the chosen digits; for numbers of ours, never for words of the text."""
        return str(value).translate(_ARABIC_INDIC) if self.digits == "arab" else str(value)

    def count(self, number: int, *path: str) -> str:
        """The sentence at `path` in the plural form of `number` (CLDR), zero having its own where one is given."""
        forms = self._at(path)
        assert isinstance(forms, Mapping)
        zero = "zero" if number == 0 and "zero" in forms else ""
        form = zero or Locale.parse(str(self.strings["lang"])).plural_form(number)
        return str(forms.get(form, forms["other"])).format(n=self.number(number))

    def date(self, iso: str) -> str:
        """«٢٢ تشرين الثاني ٢٠٢٦», "22 November 2026"; empty for an empty date. Raises Malformed `date_malformed`."""
        if not iso:
            return ""
        day = day_of(iso)
        month = self._at(("months",))
        assert isinstance(month, Sequence)
        return self.say("date", day=self.number(day.day), month=month[day.month - 1], year=self.number(day.year))

    def listing(self, items: Sequence[str]) -> str:
        return self.say("comma").join(items)

    def _sentence(self, path: Sequence[str]) -> str:
        found = self._at(path)
        assert isinstance(found, str), path
        return found

    def _at(self, path: Sequence[str]) -> object:
        found: object = self.strings
        for step in path:
            assert isinstance(found, Mapping), path
            found = found[step]
        return found


def day_of(iso: str) -> dt.date:
    """Raises Malformed `date_malformed`."""
    try:
        return dt.date.fromisoformat(iso)
    except ValueError:
        raise Malformed("date_malformed", N_("“{date}” is not a date."), date=iso) from None
