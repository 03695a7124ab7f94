"""What a check of the doctor says, so that it can be said in any language."""

from collections.abc import Mapping


class CheckSkipped(Exception):
    """What the check asks cannot be asked yet, and another check says why."""


class Finding:
    """`sentence` is the English message id, with `{named}` places filled from `params`."""

    def __init__(self, sentence: str, /, **params: object) -> None:
        self.sentence: str = sentence
        self.params: Mapping[str, object] = params
