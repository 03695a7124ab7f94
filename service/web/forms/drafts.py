"""Forms of drafts: saving a text, resolving its conflicts, importing, restoring, and adding a language."""

from typing import Annotated, Final, Literal

from pydantic import BeforeValidator

from service.web.forms.models import FormInt, FormModel, NonNegativeInt, Prefixed
from service.web.http.form_parser import MAX_FORM_FIELDS
from service.web.http.pagination import is_number

COPY: Final = "copy"
PASTED: Final = "pasted"
"""Values of `start`: the new text is a copy of the text to translate, or pasted; else it is empty."""

AUTHENTIC: Final = "authentic"
"""Value of `kind` for an official text; else "translation"."""


def _row_number(value: object) -> object:
    """Parse the number of a journal row; -1, which no journal has, for anything else."""
    return int(value) if isinstance(value, str) and is_number(value) else -1


def _number_list(value: object) -> object:
    """Split numbers separated by spaces; anything else is left out."""
    return [part for part in str(value).split() if part.isascii() and part.isdigit()]


class EditionTextForm(FormModel):
    """The title and text of an edition."""

    title: str = ""
    text: str = ""


class SaveDraft(FormModel):
    """A whole text, and the position (epoch, seq) of the draft it was edited from; shared with the API."""

    text: str
    epoch: NonNegativeInt
    seq: NonNegativeInt


class SaveEditionForm(SaveDraft):
    """A new text, with its base for the merge: the old title, and the position (epoch, seq) of the draft."""

    title: str = ""
    title_was: str = ""
    text: str = ""
    epoch: FormInt
    seq: FormInt


class ResolveConflictForm(SaveEditionForm):
    """Resolutions of a merge conflict.

    `choices` are by the number of the passage, of which there are `passages`. `offer` is the relocation that is
    accepted now, `moved` are those accepted before.
    """

    passages: FormInt
    offer: FormInt | None = None
    moved: Annotated[list[int], BeforeValidator(_number_list)] = []
    choices: Annotated[dict[str, str], Prefixed("choice")] = {}

    @property
    def accepted_moves(self) -> list[int]:
        """Return at most MAX_FORM_FIELDS relocations, in the order they were accepted."""
        return [*self.moved, *([] if self.offer is None else [self.offer])][:MAX_FORM_FIELDS]

    @property
    def ordered_choices(self) -> list[str]:
        """Return the choice for each passage, empty if there is none; no choices while a relocation is accepted."""
        if self.offer is not None:
            return []
        return [self.choices.get(str(place), "") for place in range(min(self.passages, MAX_FORM_FIELDS))]


class WordImportForm(FormModel):
    """The text extracted from a Word file, with the corrections of the user."""

    text: str = ""


class AddEditionForm(EditionTextForm):
    """An edition in a new language; `rev` is the revision of the document that the page showed."""

    lang: str = ""
    kind: str = ""
    start: Literal["copy", "pasted", "empty", ""] = ""
    rev: FormInt


class RestoreDraftForm(FormModel):
    """Restore the draft in `lang` as of journal row `at`."""

    lang: str = ""
    at: Annotated[int, BeforeValidator(_row_number)] = -1
