"""Forms of drafts: saving a text, resolving its conflicts, importing, restoring, and adding a language."""

from typing import Annotated, Final, Literal

from pydantic import BeforeValidator

from service.web.forms.models import FormInt, FormModel, NonNegativeInt, Prefixed
from service.web.http.context import MAX_FORM_FIELDS
from service.web.http.pagination import is_number

COPY: Final = "copy"
PASTED: Final = "pasted"
"""How the text of a new language begins: as a copy of the text to translate, or as pasted; else it is empty."""

AUTHENTIC: Final = "authentic"


def _row_number(value: object) -> object:
    """A row of a journal; -1, which no journal has, for anything else."""
    return int(value) if isinstance(value, str) and is_number(value) else -1


def _number_list(value: object) -> object:
    """Numbers separated by spaces; anything else is left out."""
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
    """What is written, and what it was written from: the title then, and the position (epoch, seq) of the draft."""

    title: str = ""
    title_was: str = ""
    text: str = ""
    epoch: FormInt
    seq: FormInt


class ResolveConflictForm(SaveEditionForm):
    """Choices by the number of their passage, of which there are `passages`; `offer` is the relocation that is accepted
    now, `moved` those that were accepted before."""

    passages: FormInt
    offer: FormInt | None = None
    moved: Annotated[list[int], BeforeValidator(_number_list)] = []
    choices: Annotated[dict[str, str], Prefixed("choice")] = {}

    @property
    def accepted_moves(self) -> list[int]:
        """At most MAX_FORM_FIELDS relocations, in the order they were accepted."""
        return [*self.moved, *([] if self.offer is None else [self.offer])][:MAX_FORM_FIELDS]

    @property
    def ordered_choices(self) -> list[str]:
        """The choice for each passage, empty if there is none; none at all while a relocation is accepted."""
        if self.offer is not None:
            return []
        return [self.choices.get(str(place), "") for place in range(min(self.passages, MAX_FORM_FIELDS))]


class WordImportForm(FormModel):
    """The text found in a Word file, as it was corrected."""

    text: str = ""


class AddEditionForm(EditionTextForm):
    lang: str = ""
    kind: str = ""
    start: Literal["copy", "pasted", "empty", ""] = ""
    rev: FormInt


class RestoreDraftForm(FormModel):
    lang: str = ""
    at: Annotated[int, BeforeValidator(_row_number)] = -1
