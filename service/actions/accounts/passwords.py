"""Passwords: argon2id, never inside a transaction; weak passwords are rejected."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from service.domain.accounts.rules import check_password_length
from service.domain.errors import N_, InvalidInput

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""RFC 9106, with the minimum cost that OWASP recommends: 19 MiB, two passes."""

MIN_GUESSES_LOG10 = 9.0
"""Decimal logarithm: a password estimated to take fewer guesses is rejected."""

_MAX_ESTIMATED_LENGTH = 64
"""Code points that are estimated: the work grows with their square."""


@dataclass(frozen=True, slots=True)
class HashingRequest:
    """What to hash outside the transaction.

    `stored_hash` is the hash that `candidate` should match, None if there is no such account: the work is the same.
    Without `candidate` nothing is verified, without `new_password` nothing is hashed.
    """

    candidate: str | None = None
    stored_hash: str | None = None
    new_password: str | None = None


@dataclass(frozen=True, slots=True)
class HashingResult:
    """Whether the candidate was right, and the hash of the new password."""

    is_correct: bool = False
    new_hash: str = ""


def verify_and_hash(request: HashingRequest) -> HashingResult:
    """Verify and hash, some 40 ms and 19 MiB each: the web server runs few at a time."""
    if request.candidate is None and request.new_password is None:
        return HashingResult()
    is_correct = request.candidate is not None and _verify(request.candidate, request.stored_hash)
    return HashingResult(
        is_correct, _HASHER.hash(_bytes(request.new_password)) if request.new_password is not None else ""
    )


def check_strength(password: str, *, names: Iterable[str]) -> None:
    """Check the length of a password and its estimated strength, with `names` (coalition, person) as known words.

    Raises `InvalidInput` `password_too_short`, `password_too_long`, and `password_known` for one that is on the list of
    breached passwords or little more than such a password or name.
    """
    check_password_length(password)
    known_words = [part for name in names for part in (name, *name.split()) if len(part) > 2]
    if _estimate_guesses_log10(password[:_MAX_ESTIMATED_LENGTH], known_words) < MIN_GUESSES_LOG10:
        raise InvalidInput(
            "password_known",
            N_("This password is too easy to guess. Use four or five unrelated words."),
        )


def _estimate_guesses_log10(password: str, known_words: list[str]) -> float:
    """Estimate with zxcvbn, whose word lists take 12 MB in a web server once a password was chosen there."""
    from zxcvbn import zxcvbn  # noqa: PLC0415  # its word lists take 12 MB of memory

    return float(zxcvbn(password, user_inputs=known_words)["guesses_log10"])


def _verify(candidate: str, stored_hash: str | None) -> bool:
    """Return whether `candidate` matches the hash; as slow for an account that does not exist."""
    try:
        return _HASHER.verify(stored_hash or _dummy_hash(), _bytes(candidate)) and stored_hash is not None
    except (Argon2Error, InvalidHashError):
        return False


@cache
def _dummy_hash() -> str:
    return _HASHER.hash(secrets.token_bytes(32))


def _bytes(password: str) -> bytes:
    """Encode as typed: no Unicode normalisation, no truncation."""
    return password.encode("utf-8", "surrogatepass")
