"""Results of doctor checks, in a form that can be translated."""

from collections.abc import Mapping


class CheckSkipped(Exception):
    """The check is not possible yet, and another check reports why."""


class Finding:
    """The result of a check.

    `sentence` is the English message id, with `{named}` placeholders filled from `params`.
    """

    def __init__(self, sentence: str, /, **params: object) -> None:
        self.sentence: str = sentence
        self.params: Mapping[str, object] = params
