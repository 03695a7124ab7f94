"""Passwords: argon2id, a few at a time, never inside a transaction; and none that everybody guesses."""

import importlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from service.domain.accounts.rules import check_length
from service.domain.errors import N_, Malformed, Unavailable

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""RFC 9106, with the least costs that OWASP advises: 19 MiB, two passes."""

_AT_ONCE = BoundedSemaphore(2)
PATIENCE = 5.0
"""Seconds a password waits for its turn."""

LEAST_GUESSES = 9.0
"""Decimal logarithm: what takes fewer guesses by known lists and habits is refused."""

_LOOKED_AT = 64
"""Code points the estimate looks at: its work grows with their square."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be hashed besides the transaction. `known` is the hash that `given` should match, None where there is
    no such account: the work is the same. Without `given` nothing is compared, without `new` nothing made."""

    given: str | None = None
    known: str | None = None
    new: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    right: bool = False
    new: str = ""


def answer(question: Question) -> Answer:
    """Compare and make hashes, some 40 ms each. Raises Unavailable `too_busy` where too many wait."""
    if question.given is None and question.new is None:
        return Answer()
    if not _AT_ONCE.acquire(timeout=PATIENCE):
        raise Unavailable("too_busy", N_("Too many people are signing in at this moment. Try again in a minute."))
    try:
        right = question.given is not None and _matches(question.given, question.known)
        return Answer(right, _HASHER.hash(_bytes(question.new)) if question.new is not None else "")
    finally:
        _AT_ONCE.release()


def check(password: str, *, names: Iterable[str]) -> None:
    """Raises Malformed `password_too_short`, `password_too_long`, and `password_known` for one that is on the list of
    breached ones, or little more than such a one or one of `names` (the coalition's, the person's)."""
    check_length(password)
    ours = [part for name in names for part in (name, *name.split()) if len(part) > 2]
    if _guesses_log10(password[:_LOOKED_AT], ours) < LEAST_GUESSES:
        raise Malformed(
            "password_known",
            N_("This password would be guessed among the first. Take four or five words that do not belong together."),
        )


def _guesses_log10(password: str, ours: list[str]) -> float:
    """By the estimate's lists, which take 12 MB of a web server, once anybody there has chosen a password."""
    return float(importlib.import_module("zxcvbn").zxcvbn(password, user_inputs=ours)["guesses_log10"])


def _matches(given: str, known: str | None) -> bool:
    """Whether `given` belongs to the hash; as slow for an account that is not there."""
    try:
        return _HASHER.verify(known or _nobodys(), _bytes(given)) and known is not None
    except (Argon2Error, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    return _HASHER.hash(secrets.token_bytes(32))


def _bytes(password: str) -> bytes:
    """As typed: no form of Unicode is preferred, nothing is cut off."""
    return password.encode("utf-8", "surrogatepass")
