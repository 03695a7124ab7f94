"""Forms of a document: opening it, its front matter, its numbering, and roles for this document only."""

from collections.abc import Collection, Mapping
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator

from service.domain.text.structure.numbering import TYPED
from service.i18n import LANGUAGES
from service.web.forms.models import Checkbox, FormInt, FormModel, Prefixed

AUTHENTIC: Final = "authentic"
"""What the text in a language is: official, else "translation"; an empty value stands for no text."""

STARTER: Final = "starter"
PASTED: Final = "pasted"
"""How the first texts begin: from a template, or as pasted; "word" leaves them empty until a Word file is imported."""


def _split_lines(value: object) -> object:
    """The non-empty lines of each textarea, stripped."""
    if not isinstance(value, Mapping):
        return value
    return {lang: [line.strip() for line in str(text).splitlines() if line.strip()] for lang, text in value.items()}


class FrontMatterFields(FormModel):
    """Fields `place_ar` and, one a line, `addressees_ar`: only those that were sent."""

    place: Annotated[dict[str, str], Prefixed("place")] = {}
    addressees: Annotated[dict[str, list[str]], Prefixed("addressees"), BeforeValidator(_split_lines)] = {}

    def front_matter(self, langs: Collection[str] = LANGUAGES) -> dict[str, object]:
        """The front matter in `langs`, as the actions take it."""
        return {
            "place": {lang: text.strip() for lang, text in self.place.items() if lang in langs},
            "addressees": {lang: lines for lang, lines in self.addressees.items() if lang in langs},
        }


class FrontMatterForm(FrontMatterFields):
    rev: FormInt


class OpenDocumentForm(FrontMatterFields):
    kind: str = ""
    issued_by: str = ""
    urgent: Checkbox = False
    numbering: str = TYPED
    start: Literal["starter", "pasted", "word", ""] = ""
    edition_kinds: Annotated[dict[str, Literal["authentic", "translation", ""]], Prefixed("edition")] = {}
    titles: Annotated[dict[str, str], Prefixed("title")] = {}
    texts: Annotated[dict[str, str], Prefixed("text")] = {}

    @property
    def langs(self) -> list[str]:
        """The languages the document is opened in, in our order."""
        return [lang for lang in LANGUAGES if self.edition_kinds.get(lang)]

    @property
    def authentic(self) -> list[str]:
        """Those of them whose text is an official one."""
        return [lang for lang in self.langs if self.edition_kinds[lang] == AUTHENTIC]


class NumberingForm(FormModel):
    numbering: str = ""
    rev: FormInt


class DocumentRoleForm(FormModel):
    """A role that a person is given for one document, or that is removed."""

    person: str = ""
    role: str = ""


class RestoreVersionForm(FormModel):
    lang: str = ""
