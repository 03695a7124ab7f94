"""The error of a rejected form, ready to be inserted into its page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Told:
    """Safe HTML of an error: `banner` at the top of the form, `line` below the field it is about.

    `blamed` picks that field from the names of all visible fields and of the text fields; empty if there is none.
    """

    banner: str
    line: str
    blamed: Callable[[Sequence[str], Sequence[str]], str]
