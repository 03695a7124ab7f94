"""How a page speaks: messages filled and escaped, names with their language, times, digests, sizes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from markupsafe import Markup, escape

from service.domain.errors import N_, DomainError
from service.domain.text.structure.provisions import Digits
from service.i18n import LANGUAGES, Words
from service.web.rendering.time_zones import city, there

Value = str | int | tuple[str, ...]

MINUTE = 60 * 1_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_TELLING: Mapping[str, int] = {"ar": 1}
"""Which word of an organisation's name tells it from others, where that is not the first: «مركز السنديان»."""

_ARTICLE: Mapping[str, str] = {"ar": "ال"}


@dataclass(frozen=True)
class Voice:
    """`home` is the coalition's zone, `zone` the reader's; `digits` the coalition's choice of digits by language. What
    is returned as Markup is safe to print."""

    words: Words
    home: str
    zone: str
    digits: Mapping[str, str]

    @property
    def lang(self) -> str:
        return self.words.language.code

    @property
    def dir(self) -> str:
        return self.words.language.direction

    def say(self, message: str, **params: Value) -> Markup:
        """`message` in the page's language; what fills its places is escaped unless it is Markup."""
        return self._fill(self.words.t(message), params)

    def n(self, singular: str, plural: str, count: int, **params: Value) -> Markup:
        """The form that agrees with `count`."""
        return self._fill(self.words.n(singular, plural, count), params)

    def error(self, error: DomainError) -> str:
        return self.words.error(error)

    def number(self, value: int | str) -> str:
        return self.words.number(value) if isinstance(value, int) else self.words.digits(value)

    def beside(self, *parts: str | Markup) -> Markup:
        """Short facts in one line, parted as the language parts them; empty ones are left out."""
        kept = [escape(part) for part in parts if part]
        return reduce(lambda one, other: self.say(N_("{one} · {other}"), one=one, other=other), kept or [Markup()])

    def beside_all(self, labels: Mapping[str, str], codes: Sequence[str]) -> Markup:
        """The labels of `codes` as a list in one sentence: «أ وب»."""
        return Markup(escape(self.words.join(self.words.t(labels[code]) for code in codes)))

    def named(self, names: Mapping[str, str]) -> Markup:
        """A name in the page's language, else in the first other one it has, marked as that."""
        lang = self.lang if self.lang in names else next(iter(names), "")
        return self.foreign(names.get(lang, ""), lang=lang)

    def plain(self, names: Mapping[str, str]) -> str:
        """The same without marks: for titles of windows and lists to be sorted."""
        return names.get(self.lang) or next(iter(names.values()), "")

    def foreign(self, text: str, *, lang: str) -> Markup:
        """`text` isolated, and marked with its language where that is not the page's."""
        if lang == self.lang or lang not in LANGUAGES:
            return Markup("<bdi>{}</bdi>").format(text)
        return Markup('<bdi lang="{}" dir="{}">{}</bdi>').format(lang, LANGUAGES[lang].direction, text)

    def initial(self, names: Mapping[str, str]) -> str:
        """One letter for an organisation's stone."""
        words = self.plain(names).replace("«", "").replace("“", "").split()
        telling = words[min(_TELLING.get(self.lang, 0), len(words) - 1)] if words else "·"
        article = _ARTICLE.get(self.lang, "\0")
        return (telling.removeprefix(article) or telling)[0]

    def date(self, at: int, *, weekday: bool = False) -> str:
        """The day of `at` (microseconds UTC) in the coalition's zone."""
        return self.words.date(there(at, self.home), weekday=weekday)

    def stone(self, at: int) -> tuple[str, str]:
        """(day, month) of `at` in the coalition's zone, for a stone of a calendar."""
        day = there(at, self.home)
        return self.words.digits(day.day), self.words.month(day)

    def moment(self, at: int) -> Markup:
        """Day and time in the coalition's zone; the time in the reader's too where that differs."""
        first = Markup('<time datetime="{}">{}</time>').format(
            there(at, self.home).isoformat(timespec="minutes"), self.words.moment(at, zone=self.home)
        )
        here, mine = there(at, self.home), there(at, self.zone)
        if here.utcoffset() == mine.utcoffset():
            return first
        return self.say(
            N_("{first} ({time} in {city})"),
            first=first,
            time=self.words.time(mine),
            city=city(self.zone, language=self.words.language),
        )

    def clock(self, at: int) -> Markup:
        """The time of day of `at` in the coalition's zone."""
        here = there(at, self.home)
        return Markup('<time datetime="{}">{}</time>').format(here.isoformat(timespec="minutes"), self.words.time(here))

    def left(self, until: int, *, now: int) -> Markup:
        """The time from `now` to `until`, to the hour, and under an hour to the minute."""
        days, rest = divmod(max(0, until - now), DAY)
        hours, rest = divmod(rest, HOUR)
        parts = [self.n("{count} day", "{count} days", days)] if days else []
        if hours:
            parts.append(self.n("{count} hour", "{count} hours", hours))
        if not days and not hours:
            parts.append(self.n("{count} minute", "{count} minutes", rest // MINUTE))
        return Markup(self.words.join(parts))

    def digest(self, sha256: str, *, groups: int = 4) -> Markup:
        """The first groups of a digest, to be read out and compared."""
        shown = " ".join(sha256[place : place + 4] for place in range(0, 4 * groups, 4))
        more = "…" if 4 * groups < len(sha256) else ""
        return Markup('<code class="mono" dir="ltr" translate="no">{}{}</code>').format(shown, more)

    def size(self, octets: int) -> Markup:
        """The size of a file, in kilobytes of a thousand bytes."""
        return self.say(N_("{size} kB"), size=max(1, round(octets / 1000)))

    def sorted(self, names: Sequence[Mapping[str, str]]) -> list[Mapping[str, str]]:
        """Names in the alphabetical order of the page's language."""
        order = self.words.sort([self.plain(one) for one in names])
        return sorted(names, key=lambda one: order.index(self.plain(one)))

    def digits_of(self, lang: str) -> Digits:
        """The digits of a text in `lang`."""
        return "arab" if self.digits.get(lang, LANGUAGES[lang].digits) == "arab" else "latn"

    def _fill(self, sentence: str, params: Mapping[str, Value]) -> Markup:
        return Markup(escape(sentence)).format_map(_Kept({name: self._show(one) for name, one in params.items()}))

    def _show(self, value: Value) -> str:
        if isinstance(value, tuple):
            return Markup(self.words.join(escape(one) for one in value))
        return self.words.number(value) if isinstance(value, int) else value


class _Kept(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
