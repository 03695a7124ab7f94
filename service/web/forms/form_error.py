"""What is told of a form that could not be taken."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Told:
    """Safe HTML: `banner` at the head of the form, `line` below its field; `blamed` picks that field's name, or none,
    from the names of all fields and of those that take words."""

    banner: str
    line: str
    blamed: Callable[[Sequence[str], Sequence[str]], str]
