"""Form of the coalition's settings."""

from typing import Annotated, Any

from pydantic import BeforeValidator

from service.actions.membership.coalition import WEEKDAYS, WORD_LISTS
from service.domain.text.review.writing_advice import DEFAULT_WORD_LISTS, WordLists, parse_terms
from service.i18n import LANGUAGES
from service.web.forms.models import Checkbox, FormModel, PerLanguage, Prefixed, Ticked


def _parse_count(value: object) -> object:
    """Return a whole number of at most three digits as sent; 0, which the settings reject, for anything else."""
    return value if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 4 else 0


class ImportForm(FormModel):
    """A CSV table to import."""

    text: str = ""


class CoalitionForm(FormModel):
    """The settings of the coalition."""

    names: Annotated[dict[str, str], PerLanguage("names")] = {}
    about: Annotated[dict[str, str], PerLanguage("about")] = {}
    place: Annotated[dict[str, str], PerLanguage("place")] = {}
    press_name: Annotated[dict[str, str], PerLanguage("press_name")] = {}
    press_email: str = ""
    press_phone: str = ""
    writes: Annotated[tuple[str, ...], Ticked("writes", tuple(LANGUAGES))] = ()
    first_lang: str = ""
    digits: Annotated[dict[str, str], PerLanguage("digits")] = {}
    zone: str = ""
    working_days: Annotated[tuple[str, ...], Ticked("day", WEEKDAYS)] = ()
    mandate_confirmations: Annotated[int, BeforeValidator(_parse_count)] = 0
    mail_reply_to: str = ""
    mail_names_coalition: Checkbox = False
    mail_code_in_subject: Checkbox = False
    word_lists: Annotated[dict[str, str], Prefixed("aids")] = {}

    def to_settings(self) -> dict[str, Any]:
        """Return the settings to change; they include word lists only if the form has them."""
        settings = {
            "names": self.names,
            "about": self.about,
            "place": self.place,
            "press": {
                "name": self.press_name,
                "email": self.press_email.strip(),
                "phone": self.press_phone.strip(),
            },
            "langs": sorted(self.writes, key=lambda lang: lang != self.first_lang),
            "digits": self.digits,
            "zone": self.zone,
            "working_days": list(self.working_days),
            "mandate_confirmations": self.mandate_confirmations,
            "mail": {
                "reply_to": self.mail_reply_to.strip(),
                "names_coalition": self.mail_names_coalition,
                "code_in_subject": self.mail_code_in_subject,
            },
        }
        langs = [lang for lang in LANGUAGES if f"{lang}_{WORD_LISTS[0]}" in self.word_lists]
        if langs:
            settings["reading_aids"] = {lang: own for lang in langs if (own := self._own_word_lists(lang))}
        return settings

    def _own_word_lists(self, lang: str) -> dict[str, list[str]]:
        """Return the word lists of a language; empty if they are all empty or equal the default."""
        terms = {name: parse_terms(self.word_lists.get(f"{lang}_{name}", "")) for name in WORD_LISTS}
        if not any(terms.values()) or WordLists(**terms) == DEFAULT_WORD_LISTS.get(lang):
            return {}
        return {name: list(words) for name, words in terms.items()}
