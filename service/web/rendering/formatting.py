"""How a page speaks: messages filled and escaped, names with their language, times, digests, sizes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from markupsafe import Markup, escape

from service.domain.errors import N_, DomainError
from service.domain.text.structure.provisions import Digits
from service.i18n import LANGUAGES, Translator
from service.web.rendering.time_zones import local_datetime, zone_city

MessageValue = str | int | tuple[str, ...]

MINUTE = 60 * 1_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_DISTINCTIVE_WORD: Mapping[str, int] = {"ar": 1}
"""Which word of an organisation's name tells it from others, where that is not the first: «مركز السنديان»."""

_DEFINITE_ARTICLE: Mapping[str, str] = {"ar": "ال"}


@dataclass(frozen=True)
class LocaleFormatter:
    """`home` is the coalition's zone, `zone` the reader's; `digits` the coalition's choice of digits by language. What
    is returned as Markup is safe to print."""

    translator: Translator
    home_zone: str
    user_zone: str
    digits: Mapping[str, str]

    @property
    def lang(self) -> str:
        return self.translator.language.code

    @property
    def dir(self) -> str:
        return self.translator.language.direction

    def translate(self, message: str, **params: MessageValue) -> Markup:
        """`message` in the page's language; what fills its places is escaped unless it is Markup."""
        return self._interpolate(self.translator.t(message), params)

    def n(self, singular: str, plural: str, count: int, **params: MessageValue) -> Markup:
        """The form that agrees with `count`."""
        return self._interpolate(self.translator.n(singular, plural, count), params)

    def error_message(self, error: DomainError) -> str:
        return self.translator.error_message(error)

    def format_number(self, value: int | str) -> str:
        return (
            self.translator.format_number(value) if isinstance(value, int) else self.translator.localize_digits(value)
        )

    def join_facts(self, *parts: str | Markup) -> Markup:
        """Short facts in one line, parted as the language parts them; empty ones are left out."""
        facts = [escape(part) for part in parts if part]
        return reduce(
            lambda one, other: self.translate(N_("{one} · {other}"), one=one, other=other), facts or [Markup()]
        )

    def join_labels(self, labels: Mapping[str, str], codes: Sequence[str]) -> Markup:
        """The labels of `codes` as a list in one sentence: «أ وب»."""
        return Markup(escape(self.translator.format_list(self.translator.t(labels[code]) for code in codes)))

    def join_people(self, names: Sequence[str]) -> Markup:
        """Names as a list in one sentence, each isolated from the direction of the others."""
        return Markup(self.translator.format_list(self.isolate(name, lang=self.lang) for name in names))

    def localized_name(self, names: Mapping[str, str]) -> Markup:
        """A name in the page's language, else in the first other one it has, marked as that."""
        lang = self.lang if self.lang in names else next(iter(names), "")
        return self.isolate(names.get(lang, ""), lang=lang)

    def plain_name(self, names: Mapping[str, str]) -> str:
        """The same without marks: for titles of windows and lists to be sorted."""
        return names.get(self.lang) or next(iter(names.values()), "")

    def isolate(self, text: str, *, lang: str) -> Markup:
        """`text` isolated, and marked with its language where that is not the page's."""
        if lang == self.lang or lang not in LANGUAGES:
            return Markup("<bdi>{}</bdi>").format(text)
        return Markup('<bdi lang="{}" dir="{}">{}</bdi>').format(lang, LANGUAGES[lang].direction, text)

    def initial(self, names: Mapping[str, str]) -> str:
        """One letter for an organisation's stone."""
        words = self.plain_name(names).replace("«", "").replace("“", "").split()
        word = words[min(_DISTINCTIVE_WORD.get(self.lang, 0), len(words) - 1)] if words else "·"
        article = _DEFINITE_ARTICLE.get(self.lang, "\0")
        return (word.removeprefix(article) or word)[0]

    def format_date(self, at: int, *, weekday: bool = False) -> str:
        """The day of `at` (microseconds UTC) in the coalition's zone."""
        return self.translator.format_date(local_datetime(at, self.home_zone), weekday=weekday)

    def day_and_month(self, at: int) -> tuple[str, str]:
        """(day, month) of `at` in the coalition's zone, for a stone of a calendar."""
        local = local_datetime(at, self.home_zone)
        return self.translator.localize_digits(local.day), self.translator.format_month(local)

    def format_moment(self, at: int) -> Markup:
        """Day and time in the coalition's zone; the time in the reader's too where that differs."""
        home_time = Markup('<time datetime="{}">{}</time>').format(
            local_datetime(at, self.home_zone).isoformat(timespec="minutes"),
            self.translator.format_moment(at, zone=self.home_zone),
        )
        home_local, user_local = local_datetime(at, self.home_zone), local_datetime(at, self.user_zone)
        if home_local.utcoffset() == user_local.utcoffset():
            return home_time
        return self.translate(
            N_("{first} ({time} in {city})"),
            first=home_time,
            time=self.translator.format_time(user_local),
            city=zone_city(self.user_zone, language=self.translator.language),
        )

    def format_time(self, at: int) -> Markup:
        """The time of day of `at` in the coalition's zone."""
        local = local_datetime(at, self.home_zone)
        return Markup('<time datetime="{}">{}</time>').format(
            local.isoformat(timespec="minutes"), self.translator.format_time(local)
        )

    def format_time_left(self, until: int, *, now: int) -> Markup:
        """The time from `now` to `until`, to the hour, and under an hour to the minute."""
        days, rest = divmod(max(0, until - now), DAY)
        hours, rest = divmod(rest, HOUR)
        parts = [self.n("{count} day", "{count} days", days)] if days else []
        if hours:
            parts.append(self.n("{count} hour", "{count} hours", hours))
        if not days and not hours:
            parts.append(self.n("{count} minute", "{count} minutes", rest // MINUTE))
        return Markup(self.translator.format_list(parts))

    def format_digest(self, sha256: str, *, groups: int = 4) -> Markup:
        """The first groups of a digest, to be read out and compared."""
        shown = " ".join(sha256[place : place + 4] for place in range(0, 4 * groups, 4))
        more = "…" if 4 * groups < len(sha256) else ""
        return Markup('<code class="mono" dir="ltr" translate="no">{}{}</code>').format(shown, more)

    def format_size(self, size: int) -> Markup:
        """The size of a file, in kilobytes of a thousand bytes."""
        return self.translate(N_("{size} kB"), size=max(1, round(size / 1000)))

    def sort_names(self, names: Sequence[Mapping[str, str]]) -> list[Mapping[str, str]]:
        """Names in the alphabetical order of the page's language."""
        order = self.translator.sort_names([self.plain_name(one) for one in names])
        return sorted(names, key=lambda one: order.index(self.plain_name(one)))

    def digit_system_of(self, lang: str) -> Digits:
        """The digits of a text in `lang`."""
        return "arab" if self.digits.get(lang, LANGUAGES[lang].digits) == "arab" else "latn"

    def _interpolate(self, sentence: str, params: Mapping[str, MessageValue]) -> Markup:
        return Markup(escape(sentence)).format_map(
            _KeepUnknown({name: self._to_text(one) for name, one in params.items()})
        )

    def _to_text(self, value: MessageValue) -> str:
        if isinstance(value, tuple):
            return Markup(self.translator.format_list(escape(one) for one in value))
        return self.translator.format_number(value) if isinstance(value, int) else value


class _KeepUnknown(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
