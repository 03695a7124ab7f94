"""Forms of suggestions: send one, decide on its hunks, resolve a conflict, and make an unsaved change a suggestion."""

from typing import Annotated

from pydantic import BeforeValidator

from service.web.forms.models import FormInt, FormModel


def _plain_line_ends(value: object) -> object:
    """Return the text with the line ends of the draft: browsers send CR LF."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


Passage = Annotated[str, BeforeValidator(_plain_line_ends)]


class ReasonForm(FormModel):
    """Why the author suggests the change; may be empty."""

    reason: str = ""


class SuggestForm(ReasonForm):
    """A whole text, and the position (epoch, seq) of the draft it was edited from."""

    text: str = ""
    epoch: FormInt
    seq: FormInt


class DecideForm(FormModel):
    """The number of the hunk to decide on; all pending ones without it."""

    hunk: FormInt | None = None

    @property
    def numbers(self) -> tuple[int, ...] | None:
        """The numbers as the actions take them."""
        return None if self.hunk is None else (self.hunk,)


class ResolveForm(FormModel):
    """The passage for a hunk in conflict; `seen` is the SHA-256 of the passage that was shown."""

    hunk: FormInt
    seen: str = ""
    passage: Passage = ""
