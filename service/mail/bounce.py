"""Emails that come back after the server took them (delivery status notifications, RFC 3464, and plainer ones).

A bounce comes from anywhere and is not signed, so of its text only two things are taken: which of our emails it is
about, and the status code.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import Message

MAX_BYTES = 1024 * 1024
"""Bytes that are read of a message; a bounce says what it has to say at its beginning."""

_OUR_ID = re.compile(r"\b(mail_[a-z2-7]{26})@")
_STATUS = re.compile(r"\b([45]\.\d{1,3}\.\d{1,3})\b")
_SENDER = re.compile(r"(?:mailer-daemon|postmaster)(?:@|\s|>|$)", re.IGNORECASE)
_REPORTS = ("message/delivery-status", "message/global-delivery-status")


class NotABounce(ValueError):
    """The message does not say that one of our emails was not delivered."""


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a bounce says: the id of the email; its status code (RFC 3463), "" if it says none.

    If not `is_final`, the server is still trying.
    """

    email: str
    status: str
    is_final: bool


def parse_bounce(data: bytes) -> Bounce:
    """Return what a bounce says. Raises NotABounce."""
    try:
        message = message_from_bytes(data[:MAX_BYTES], policy=policy.compat32)
        parts = list(message.walk())
        found = _OUR_ID.search("\n".join(_texts(parts)))
        action, status = _read_report(parts) if _has_report(parts) else _read_plain(message, parts)
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        if isinstance(error, NotABounce):
            raise
        raise NotABounce("the message cannot be read") from error
    if action not in ("failed", "delayed"):
        raise NotABounce("the message does not say that an email came back")
    if found is None:
        raise NotABounce("the message names none of our emails")
    return Bounce(found[1], status, is_final=action == "failed")


def _has_report(parts: list[Message]) -> bool:
    return any(part.get_content_type() in _REPORTS for part in parts)


def _read_report(parts: list[Message]) -> tuple[str, str]:
    """Return action and status: of a recipient who did not get the email, else of one who did not get it yet."""
    fields = [(_field(part, "Action").lower(), _field(part, "Status")) for part in parts if part["Action"]]
    for wanted in ("failed", "delayed"):
        for action, status in fields:
            if action == wanted:
                return action, _first_status(status)
    return "", ""


def _read_plain(message: Message, parts: list[Message]) -> tuple[str, str]:
    """Return action and status of a bounce without a report: only the sender tells it from an answer."""
    is_bounce = bool(message["X-Failed-Recipients"]) or bool(_SENDER.match(_address(message)))
    texts = "\n".join(_texts(parts[:1] if not message.is_multipart() else parts[1:2]))
    return ("failed", _first_status(texts)) if is_bounce else ("", "")


def _address(message: Message) -> str:
    """Return the address in From, or all of it if there is none in angle brackets."""
    sender = _field(message, "From")
    return sender.rpartition("<")[2].strip()


def _field(message: Message, name: str) -> str:
    """Return a header without its comment: `failed (expired)` is `failed`."""
    return str(message.get(name, "")).partition("(")[0].strip()


def _first_status(text: str) -> str:
    found = _STATUS.search(text)
    return found[1] if found else ""


def _texts(parts: list[Message]) -> Iterator[str]:
    """Yield the Message-IDs and the texts of all parts: the email that came back, its headers, or a quotation."""
    for part in parts[1:]:
        yield str(part.get("Message-ID", ""))
    for part in parts:
        if not part.is_multipart() and part.get_content_maintype() == "text":
            payload = part.get_payload(decode=True)
            yield payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
