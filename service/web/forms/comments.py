"""Forms of the page of comments."""

from typing import Annotated

from pydantic import BeforeValidator

from service.domain.comments.comment import SCOPE_ALL
from service.web.forms.models import FormInt, FormModel, Prefixed


def _parse_range(value: object) -> object:
    """Split `12-34` into its two parts."""
    return value.partition("-")[::2] if isinstance(value, str) else value


class ThreadForm(FormModel):
    """Resolve or reopen a thread, or withdraw a comment: `lang` is the language of the text."""

    lang: str = ""


class ReplyForm(ThreadForm):
    """`mentions`: the ids of people whose checkbox was sent."""

    body: str = ""
    mentions: Annotated[dict[str, str], Prefixed("ask")] = {}


class AddCommentForm(ReplyForm):
    """A comment on the draft at (epoch, seq).

    `part` is the range of the provision in code points; `words` is the passage in it, empty for the whole provision.
    """

    epoch: FormInt
    seq: FormInt
    part: Annotated[tuple[FormInt, FormInt], BeforeValidator(_parse_range)]
    words: str = ""
    scope: str = SCOPE_ALL
