"""Locale-aware formatting for pages: escaped messages, bidi-isolated names, times, digests, sizes."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from markupsafe import Markup, escape

from service.domain.errors import N_, DomainError
from service.domain.text.structure.provisions import Digits
from service.i18n import LANGUAGES, Translator
from service.web.rendering.act_messages import MESSAGES
from service.web.rendering.act_results import ActResult
from service.web.rendering.time_zones import local_datetime, zone_city

MessageValue = str | int | tuple[str, ...]

MINUTE = 60 * 1_000_000
"""Microseconds, as HOUR and DAY."""

HOUR = 60 * MINUTE
DAY = 24 * HOUR

_DISTINCTIVE_WORD: Mapping[str, int] = {"ar": 1}
"""Index of the word that distinguishes an organisation's name, where it is not the first: «مركز السنديان»."""

_DEFINITE_ARTICLE: Mapping[str, str] = {"ar": "ال"}


@dataclass(frozen=True)
class LocaleFormatter:
    """Formats messages and values in the language and time zones of one response.

    `home_zone` is the coalition's time zone, `user_zone` the user's; `digits` is the coalition's digit system by
    language. Values returned as Markup are safe HTML.
    """

    translator: Translator
    home_zone: str
    user_zone: str
    digits: Mapping[str, str]

    @property
    def lang(self) -> str:
        """The language code of the page."""
        return self.translator.language.code

    @property
    def dir(self) -> str:
        """The direction of the page: `ltr` or `rtl`."""
        return self.translator.language.direction

    def translate(self, message: str, **params: MessageValue) -> Markup:
        """Translate `message`; values of its placeholders are escaped unless they are Markup."""
        return self._interpolate(self.translator.t(message), params)

    def translate_act(self, result: ActResult) -> Markup:
        """Return the message of what an act did; values from people are isolated (bidi)."""
        values = {
            name: Markup("<bdi>{}</bdi>").format(one) if isinstance(one, str) else one
            for name, one in result.values.items()
        }
        return self.translate(MESSAGES[result.code], **values)

    def n(self, singular: str, plural: str, count: int, **params: MessageValue) -> Markup:
        """Translate with the plural form for `count`."""
        return self._interpolate(self.translator.n(singular, plural, count), params)

    def error_message(self, error: DomainError) -> str:
        """Return the translated message of an error."""
        return self.translator.error_message(error)

    def format_number(self, value: int | str) -> str:
        """Format an integer with grouping, or localise the digits of a string."""
        return (
            self.translator.format_number(value) if isinstance(value, int) else self.translator.localize_digits(value)
        )

    def join_facts(self, *parts: str | Markup) -> Markup:
        """Join short facts in one line with the separator of the language; empty ones are left out."""
        facts = [escape(part) for part in parts if part]
        return reduce(
            lambda one, other: self.translate(N_("{one} · {other}"), one=one, other=other), facts or [Markup()]
        )

    def join_labels(self, labels: Mapping[str, str], codes: Sequence[str]) -> Markup:
        """Join the labels of `codes` as a list in a sentence: «أ وب»."""
        return Markup(escape(self.translator.format_list(self.translator.t(labels[code]) for code in codes)))

    def join_known(self, labels: Mapping[str, str], codes: Sequence[str]) -> Markup:
        """Join the labels of those `codes` that have one as short facts in one line."""
        return self.join_facts(*(self.translate(labels[code]) for code in codes if code in labels))

    def join_people(self, names: Sequence[str]) -> Markup:
        """Join names as a list in a sentence, each isolated (bidi)."""
        return Markup(self.translator.format_list(self.isolate(name, lang=self.lang) for name in names))

    def localized_name(self, names: Mapping[str, str]) -> Markup:
        """Return the name in the page's language, else in its first language, with `lang` and `dir` set."""
        lang = self.lang if self.lang in names else next(iter(names), "")
        return self.isolate(names.get(lang, ""), lang=lang)

    def plain_name(self, names: Mapping[str, str]) -> str:
        """Return the same name as plain text: for window titles and sorting."""
        return names.get(self.lang) or next(iter(names.values()), "")

    def isolate(self, text: str, *, lang: str) -> Markup:
        """Wrap `text` in `bdi`, with `lang` and `dir` if its language is not the page's."""
        if lang == self.lang or lang not in LANGUAGES:
            return Markup("<bdi>{}</bdi>").format(text)
        return Markup('<bdi lang="{}" dir="{}">{}</bdi>').format(lang, LANGUAGES[lang].direction, text)

    def initial(self, names: Mapping[str, str]) -> str:
        """Return the initial of an organisation's name, for its badge."""
        words = self.plain_name(names).replace("«", "").replace("“", "").split()
        word = words[min(_DISTINCTIVE_WORD.get(self.lang, 0), len(words) - 1)] if words else "·"
        article = _DEFINITE_ARTICLE.get(self.lang, "\0")
        return (word.removeprefix(article) or word)[0]

    def format_date(self, at: int, *, weekday: bool = False) -> str:
        """Format the date of `at` (µs UTC) in the coalition's time zone."""
        return self.translator.format_date(local_datetime(at, self.home_zone), weekday=weekday)

    def format_iso_date(self, iso: str, *, weekday: bool = False) -> str:
        """Format an ISO date in words."""
        return self.translator.format_date(dt.date.fromisoformat(iso), weekday=weekday)

    def day_and_month(self, at: int) -> tuple[str, str]:
        """Return (day, month) of `at` in the coalition's time zone, for a calendar badge."""
        local = local_datetime(at, self.home_zone)
        return self.translator.localize_digits(local.day), self.translator.format_month(local)

    def format_moment(self, at: int) -> Markup:
        """Format date and time in the coalition's time zone, and the time in the user's if that differs."""
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
        """Format the time of day of `at` in the coalition's time zone."""
        local = local_datetime(at, self.home_zone)
        return Markup('<time datetime="{}">{}</time>').format(
            local.isoformat(timespec="minutes"), self.translator.format_time(local)
        )

    def format_time_left(self, until: int, *, now: int) -> Markup:
        """Format the time from `now` to `until` (µs UTC) in days and hours, below one day in hours and minutes."""
        days, rest = divmod(max(0, until - now), DAY)
        hours, rest = divmod(rest, HOUR)
        minutes = 0 if days else rest // MINUTE
        parts = [self.n("{count} day", "{count} days", days)] if days else []
        if hours:
            parts.append(self.n("{count} hour", "{count} hours", hours))
        if minutes or not parts:
            parts.append(self.n("{count} minute", "{count} minutes", minutes))
        return Markup(self.translator.format_list(parts))

    def format_deadline(self, at: int, *, now: int) -> Markup:
        """Format a deadline (µs UTC): the date, and the time as well while at most 48 hours are left."""
        if 0 < at - now <= 2 * DAY:
            return self.translate(
                N_("until {moment} ({time} left)"),
                moment=self.format_moment(at),
                time=self.format_time_left(at, now=now),
            )
        return self.translate(N_("until {date}"), date=self.format_date(at))

    def format_ago(self, at: int, *, now: int) -> Markup:
        """Format how long ago `at` was (µs UTC), from 7 days on as a date; the exact moment is in the title."""
        age = max(0, now - at)
        if age < MINUTE:
            words = self.translate(N_("just now"))
        elif age < HOUR:
            words = self.n("{count} minute ago", "{count} minutes ago", age // MINUTE)
        elif age < DAY:
            words = self.n("{count} hour ago", "{count} hours ago", age // HOUR)
        elif age < 7 * DAY:
            words = self.n("{count} day ago", "{count} days ago", age // DAY)
        else:
            words = Markup(escape(self.format_date(at)))
        local = local_datetime(at, self.home_zone).isoformat(timespec="minutes")
        exact = self.translator.format_moment(at, zone=self.home_zone)
        return Markup('<time datetime="{}" title="{}">{}</time>').format(local, exact, words)

    def format_digest(self, sha256: str, *, groups: int = 4) -> Markup:
        """Format the first `groups` of four hex digits of a digest, for comparison by eye."""
        shown = " ".join(sha256[start : start + 4] for start in range(0, 4 * groups, 4))
        more = "…" if 4 * groups < len(sha256) else ""
        return Markup('<code class="mono" dir="ltr" translate="no">{}{}</code>').format(shown, more)

    def format_size(self, size: int) -> Markup:
        """Format a size in bytes as kB (1,000 bytes), at least 1."""
        return self.translate(N_("{size} kB"), size=max(1, round(size / 1000)))

    def sort_names(self, names: Sequence[Mapping[str, str]]) -> list[Mapping[str, str]]:
        """Sort names by the collation of the page's language."""
        order = self.translator.sort_names([self.plain_name(one) for one in names])
        return sorted(names, key=lambda one: order.index(self.plain_name(one)))

    def digit_system_of(self, lang: str) -> Digits:
        """Return the digit system of texts in `lang`."""
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
