"""What the coalition decided about its emails."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DEFAULT_MAIL_SETTINGS: Mapping[str, Any] = {"names_coalition": True, "code_in_subject": False, "reply_to": ""}
"""Value of each setting until it is set."""


@dataclass(frozen=True, slots=True)
class MailSettings:
    """Settings of all emails.

    `names_coalition`: sender and subject name the coalition. `code_in_subject`: a code is also in the subject, where
    locked screens show it and mail servers log it. `reply_to` is the address for answers; "" if nobody reads them.
    """

    names_coalition: bool
    code_in_subject: bool
    reply_to: str


def mail_settings(settings: Mapping[str, Any]) -> MailSettings:
    """Return the settings of emails from those of the coalition, which may be older than they."""
    return MailSettings(**{**DEFAULT_MAIL_SETTINGS, **settings.get("mail", {})})
