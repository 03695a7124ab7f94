"""Forms of a document: opening it, its front matter, its numbering, and roles for this document."""

from collections.abc import Collection, Mapping
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator

from service.domain.text.structure.numbering import TYPED
from service.i18n import LANGUAGES
from service.web.forms.models import Checkbox, FormInt, FormModel, Prefixed

AUTHENTIC: Final = "authentic"
"""Value of `edition_kinds` for an official text; else "translation", or empty for no text."""

STARTER: Final = "starter"
PASTED: Final = "pasted"
"""Values of `start`: the first texts are templates, or pasted; with "word" they are imported from a Word file later."""


def _split_lines(value: object) -> object:
    """Return the non-empty lines of each textarea, stripped."""
    if not isinstance(value, Mapping):
        return value
    return {lang: [line.strip() for line in str(text).splitlines() if line.strip()] for lang, text in value.items()}


class FrontMatterFields(FormModel):
    """Front matter in form fields `place_ar` … and `addressees_ar` … (one a line); only those that were sent."""

    place: Annotated[dict[str, str], Prefixed("place")] = {}
    addressees: Annotated[dict[str, list[str]], Prefixed("addressees"), BeforeValidator(_split_lines)] = {}

    def front_matter(self, langs: Collection[str] = LANGUAGES) -> dict[str, object]:
        """Return the front matter in `langs`, as the actions take it."""
        return {
            "place": {lang: text.strip() for lang, text in self.place.items() if lang in langs},
            "addressees": {lang: lines for lang, lines in self.addressees.items() if lang in langs},
        }


class FrontMatterForm(FrontMatterFields):
    """Front matter with reference and numbers of paragraphs; `rev` is the document revision that the page showed."""

    reference: str = ""
    numbered_paragraphs: Checkbox = False
    rev: FormInt

    def front_matter(self, langs: Collection[str] = LANGUAGES) -> dict[str, object]:
        """Return the front matter in `langs`, as the actions take it."""
        newer = {"reference": self.reference.strip(), "numbered_paragraphs": self.numbered_paragraphs}
        return {**super().front_matter(langs), **newer}


class OpenDocumentForm(FrontMatterFields):
    """A new document; `edition_kinds`, `titles` and `texts` are by language."""

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
        """Return the languages of the document, in the order of LANGUAGES."""
        return [lang for lang in LANGUAGES if self.edition_kinds.get(lang)]

    @property
    def authentic(self) -> list[str]:
        """Return the languages with an official text."""
        return [lang for lang in self.langs if self.edition_kinds[lang] == AUTHENTIC]


class NumberingForm(FormModel):
    """The numbering of a document; `rev` is the revision of the document that the page showed."""

    numbering: str = ""
    rev: FormInt


class DocumentRoleForm(FormModel):
    """A role to grant to a person for one document, or to revoke."""

    person: str = ""
    role: str = ""


class RestoreVersionForm(FormModel):
    """Replace the draft in `lang` by the text of a version."""

    lang: str = ""
