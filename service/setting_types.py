"""Types of settings: what a value must be, and the sentence for the operator if it is not."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr
from pydantic_core import PydanticCustomError

from service.domain.accounts.addresses import parse_address
from service.domain.accounts.client_address import parse_proxies
from service.domain.errors import InvalidInput
from service.smtp_url import InvalidSmtpUrl, parse_smtp_url

MIN_SECRET_BYTES = 32
"""Bytes that a secret needs."""


def _check_secret_length(secret: SecretStr) -> SecretStr:
    if 0 < len(secret.get_secret_value().encode()) < MIN_SECRET_BYTES:
        raise PydanticCustomError("secret_too_short", f"MITHAQ_SECRET must have {MIN_SECRET_BYTES} bytes at least.")
    return secret


def _check_mail_from(address: str) -> str:
    try:
        return parse_address(address) if address else ""
    except InvalidInput:
        raise PydanticCustomError("mail_from", "MITHAQ_MAIL_FROM must be an email address.") from None


def _check_smtp_url(url: SecretStr) -> SecretStr:
    try:
        if url:
            parse_smtp_url(url.get_secret_value())
    except InvalidSmtpUrl as error:
        raise PydanticCustomError("smtp_url", "{sentence}", {"sentence": str(error)}) from None
    return url


def _check_trusted_proxies(proxies: str) -> str:
    try:
        parse_proxies(proxies)
    except ValueError:
        raise PydanticCustomError(
            "trusted_proxies",
            "MITHAQ_TRUSTED_PROXIES must be IP addresses, networks or *, separated by commas.",
        ) from None
    return proxies


def _check_database_url(url: SecretStr) -> SecretStr:
    address = url.get_secret_value()
    try:
        is_known = urlsplit(address).port != 0 and address.startswith(("sqlite:///", "postgresql+psycopg://"))
    except ValueError:
        is_known = False
    if address and not is_known:
        raise PydanticCustomError(
            "database_url",
            "MITHAQ_DATABASE_URL must be sqlite:///PATH or postgresql+psycopg://ROLE:PASSWORD@HOST/DATABASE.",
        )
    return url


DatabaseUrl = Annotated[SecretStr, AfterValidator(_check_database_url)]
"""The address of a database, or empty."""

SecretKey = Annotated[SecretStr, AfterValidator(_check_secret_length)]
"""An HMAC key of MIN_SECRET_BYTES at least, or empty."""

MailAddress = Annotated[str, AfterValidator(_check_mail_from)]
"""An email address in its normal form, or empty."""

SmtpUrl = Annotated[SecretStr, AfterValidator(_check_smtp_url)]
"""The URL of a mail server (`service.smtp_url`), or empty."""

ProxyList = Annotated[str, AfterValidator(_check_trusted_proxies)]
"""IP addresses, networks and `*`, separated by commas or spaces, or empty."""
