"""Domain errors, as one class hierarchy. Codes are stable; web translates sentences and maps classes to HTTP status.

DomainError
├── InvalidInput         the input cannot be parsed or used                 400
│   └── InvalidText      a text or name breaks the rules of DESIGN §4.4
├── TooLarge             a limit was exceeded                               413
├── Unauthenticated      the user is unknown                                401
├── NotFound             it does not exist, or the user may not see it      404
├── Forbidden            the user may see it, but not do this               403
├── Gone                 it was at this address before                  410
├── Conflict             a concurrent change, or a state that forbids it    409
├── RateLimited          too many attempts in a period                      429
└── Unavailable          a dependency is down; retry                        503
    └── OutcomeUnknown   it failed during the commit: check before retrying
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

Param = str | int | tuple[str, ...]
"""A value for a placeholder: text, a number, or a list of names."""


def N_(sentence: str) -> str:
    """Mark a message id for extraction; return it unchanged (as gettext_noop does)."""
    return sentence


class DomainError(Exception):
    """Base class of all domain errors.

    `code` is a stable snake_case name; `sentence` is the English message id with `{named}` placeholders, translated
    and filled from `params` when it is presented; `extra` holds JSON values for API clients (both texts of a conflict,
    a position); `field` is the name of the form field concerned, if known.
    """

    code: str = "error"
    sentence: str = N_("Something went wrong. Nothing was changed.")

    def __init__(
        self,
        code: str | None = None,
        sentence: str | None = None,
        *,
        extra: Mapping[str, object] | None = None,
        field: str = "",
        **params: Param,
    ) -> None:
        self.code = code or type(self).code
        self.sentence = sentence or type(self).sentence
        self.params: Mapping[str, Param] = params
        self.extra: Mapping[str, object] = extra or {}
        self.field = field
        super().__init__(f"{self.code}: {self.sentence.format_map(_KeepMissing(params))}")


@contextmanager
def at_field(name: str) -> Iterator[None]:
    """Name the form field that is validated inside: an error without a field gets `name`."""
    try:
        yield
    except DomainError as error:
        error.field = error.field or name
        raise


class _KeepMissing(dict[str, Param]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


class InvalidInput(DomainError):
    """The input cannot be parsed or used."""

    code = "malformed"
    sentence = N_("This could not be read.")


class InvalidText(InvalidInput):
    """A text or name breaks the rules of DESIGN §4.4."""

    code = "text_refused"
    sentence = N_("This text cannot be accepted as it is.")


class TooLarge(DomainError):
    """A limit was exceeded."""

    code = "too_large"
    sentence = N_("This is too large.")


class Unauthenticated(DomainError):
    """The request carries no valid credentials."""

    code = "sign_in_needed"
    sentence = N_("Sign in first.")


class NotFound(DomainError):
    """It does not exist, or the user may not see it."""

    code = "not_found"
    sentence = N_("This does not exist, or you do not have access to it.")


class Forbidden(DomainError):
    """The user may see it, but not do this."""

    code = "forbidden"
    sentence = N_("Your role does not allow this.")


class Gone(DomainError):
    """It was at this address before, and is elsewhere now."""


class Conflict(DomainError):
    """A concurrent change, or a state that does not allow the act."""

    code = "conflict"
    sentence = N_("Someone did this before you. Nothing is lost. See what changed and try again.")


class RateLimited(DomainError):
    """Too many attempts in a period."""

    code = "too_often"
    sentence = N_("Too many attempts. Wait an hour, then try again.")


class Unavailable(DomainError):
    """A dependency is down; retrying may help."""

    code = "unavailable"
    sentence = N_("You cannot do this now. Nothing was changed. Try again.")


class OutcomeUnknown(Unavailable):
    """The database connection was lost during a commit."""

    code = "outcome_unknown"
    sentence = N_("We lost the database connection while saving. Your change may or may not have been saved.")
