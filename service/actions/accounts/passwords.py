"""Passwords: argon2id, a few at a time, never inside a transaction; and none that everybody guesses."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from service.domain.accounts.rules import check_password_length
from service.domain.errors import N_, InvalidInput, Unavailable

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""RFC 9106, with the least costs that OWASP advises: 19 MiB, two passes."""

_HASHING_SLOTS = BoundedSemaphore(2)
MAX_WAIT = 5.0
"""Seconds a password waits for its turn."""

MIN_GUESSES_LOG10 = 9.0
"""Decimal logarithm: what takes fewer guesses by known lists and habits is refused."""

_MAX_ESTIMATED_LENGTH = 64
"""Code points the estimate looks at: its work grows with their square."""


@dataclass(frozen=True, slots=True)
class HashingRequest:
    """What is to be hashed besides the transaction. `known` is the hash that `given` should match, None where there is
    no such account: the work is the same. Without `given` nothing is compared, without `new` nothing made."""

    candidate: str | None = None
    stored_hash: str | None = None
    new_password: str | None = None


@dataclass(frozen=True, slots=True)
class HashingResult:
    is_correct: bool = False
    new_hash: str = ""


def verify_and_hash(request: HashingRequest) -> HashingResult:
    """Compare and make hashes, some 40 ms each. Raises Unavailable `too_busy` where too many wait."""
    if request.candidate is None and request.new_password is None:
        return HashingResult()
    if not _HASHING_SLOTS.acquire(timeout=MAX_WAIT):
        raise Unavailable("too_busy", N_("Too many people are signing in. Try again in a minute."))
    try:
        is_correct = request.candidate is not None and _verify(request.candidate, request.stored_hash)
        return HashingResult(
            is_correct, _HASHER.hash(_bytes(request.new_password)) if request.new_password is not None else ""
        )
    finally:
        _HASHING_SLOTS.release()


def check_strength(password: str, *, names: Iterable[str]) -> None:
    """Raises Malformed `password_too_short`, `password_too_long`, and `password_known` for one that is on the list of
    breached ones, or little more than such a one or one of `names` (the coalition's, the person's)."""
    check_password_length(password)
    known_words = [part for name in names for part in (name, *name.split()) if len(part) > 2]
    if _estimate_guesses_log10(password[:_MAX_ESTIMATED_LENGTH], known_words) < MIN_GUESSES_LOG10:
        raise InvalidInput(
            "password_known",
            N_("This password is too easy to guess. Use four or five unrelated words."),
        )


def _estimate_guesses_log10(password: str, known_words: list[str]) -> float:
    """By the estimate's lists, which take 12 MB of a web server, once anybody there has chosen a password."""
    from zxcvbn import zxcvbn  # noqa: PLC0415  # its word lists take 12 MB of memory

    return float(zxcvbn(password, user_inputs=known_words)["guesses_log10"])


def _verify(candidate: str, stored_hash: str | None) -> bool:
    """Whether `given` belongs to the hash; as slow for an account that is not there."""
    try:
        return _HASHER.verify(stored_hash or _dummy_hash(), _bytes(candidate)) and stored_hash is not None
    except (Argon2Error, InvalidHashError):
        return False


@cache
def _dummy_hash() -> str:
    return _HASHER.hash(secrets.token_bytes(32))


def _bytes(password: str) -> bytes:
    """As typed: no form of Unicode is preferred, nothing is cut off."""
    return password.encode("utf-8", "surrogatepass")
