"""Email addresses: one normal form, and the forms under which an earlier release may have stored one.

An address is read as mail programs read it (RFC 5321, RFC 5322, IDNA 2008): what they would take for a list of
addresses, a display name or a comment is not an address here. No name server is asked.
"""

from email_validator import EmailNotValidError, ValidatedEmail, validate_email

from service.domain.errors import N_, InvalidInput

MAX_ADDRESS_LENGTH = 254
"""Code points."""


def parse_address(address: str) -> str:
    """Return the normal form: ASCII, in lower case, the domain with Punycode. Raises `InvalidInput` `bad_email`."""
    try:
        return _normal_form(_parse(address))
    except EmailNotValidError:
        raise InvalidInput("bad_email", N_("“{email}” is not an email address."), email=address) from None


def normalise_address(address: str) -> str:
    """Return the address under which attempts are counted; what is not an address counts as it was typed."""
    return address_forms(address)[0]


def address_forms(address: str) -> tuple[str, ...]:
    """Return the normal form and the forms under which earlier releases stored the address, without duplicates.

    They stored it as it was typed, in lower case; also addresses that are refused today, whose people still sign in.
    """
    typed = address.strip().lower()[:MAX_ADDRESS_LENGTH]
    try:
        parsed = _parse(address)
    except EmailNotValidError:
        return (typed,)
    return tuple(dict.fromkeys((_normal_form(parsed), parsed.normalized.lower(), typed)))


def _parse(address: str) -> ValidatedEmail:
    return validate_email(address.strip()[: MAX_ADDRESS_LENGTH + 1], check_deliverability=False, allow_smtputf8=False)


def _normal_form(parsed: ValidatedEmail) -> str:
    return (parsed.ascii_email or parsed.normalized).lower()
