"""Why an email came back, in words: by its status code alone, because the text of a bounce may be anybody's."""

from service.domain.errors import N_

REASONS = (
    ("5.1.", N_("There is no such email address.")),
    ("4.1.", N_("There is no such email address.")),
    ("5.2.2", N_("The mailbox is full.")),
    ("4.2.2", N_("The mailbox is full.")),
    ("5.4.", N_("The email server of this address could not be reached.")),
    ("4.4.", N_("The email server of this address could not be reached.")),
    ("5.7.", N_("The email server of this address takes no email from us. Tell your administrator.")),
)
"""Beginning of the status code (RFC 3463) → sentence (message id); the first that fits."""

OTHER = N_("The email could not be delivered.")


def bounce_reason(status: str) -> str:
    """Return the sentence (message id) for a status code, "" if none is known."""
    return next((sentence for begin, sentence in REASONS if status.startswith(begin)), OTHER)
