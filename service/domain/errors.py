"""What can go wrong, as one tree. Codes are stable; words and HTTP numbers are given by the doors.

DomainError
├── Malformed            the input itself cannot be read or used            400
│   └── TextRefused      a text or name breaks the rules of DESIGN §4.4
├── TooLarge             a limit was passed                                 413
├── Stranger             we do not know who asks                            401
├── NotFound             no such thing, or not for you to know              404
├── Forbidden            you may see it, but not do this                    403
├── Conflict             the world moved, or the thing is in another state  409
├── TooOften             too many tries in too short a time                 429
└── Unavailable          something needed is down; try again                503
    └── Unsure           it went down at the moment of writing: look first
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

Param = str | int | tuple[str, ...]


def N_(sentence: str) -> str:
    """Mark a sentence for the message catalogues; returns it unchanged."""
    return sentence


class DomainError(Exception):
    """Base of the tree.

    `code` is the stable snake_case name of what went wrong; `sentence` is the English message id with `{named}`
    places, filled from `params` by the door that speaks to the reader; `extra` carries what a machine needs besides
    (both texts of a conflict, a position), as JSON values; `field` is the name of the form field it is about, if known.
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
    code = "malformed"
    sentence = N_("This could not be read.")


class InvalidText(InvalidInput):
    code = "text_refused"
    sentence = N_("This text cannot be accepted as it is.")


class TooLarge(DomainError):
    code = "too_large"
    sentence = N_("This is too large.")


class Unauthenticated(DomainError):
    code = "sign_in_needed"
    sentence = N_("Sign in first.")


class NotFound(DomainError):
    code = "not_found"
    sentence = N_("This does not exist, or you do not have access to it.")


class Forbidden(DomainError):
    code = "forbidden"
    sentence = N_("Your role does not allow this.")


class Conflict(DomainError):
    code = "conflict"
    sentence = N_("Someone did this before you. Nothing is lost. See what changed and try again.")


class RateLimited(DomainError):
    code = "too_often"
    sentence = N_("Too many attempts. Wait an hour, then try again.")


class Unavailable(DomainError):
    code = "unavailable"
    sentence = N_("You cannot do this now. Nothing was changed. Try again.")


class OutcomeUnknown(Unavailable):
    code = "outcome_unknown"
    sentence = N_("We lost the database connection while saving. Your change may or may not have been saved.")
