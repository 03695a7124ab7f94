"""What sending an email may raise."""

import re

MAX_REASON_LENGTH = 300
"""Code points of what a server says, which may be anything."""


class EmailNotSent(Exception):
    """The server did not accept the message. If `permanent`, do not retry (SMTP 5xx).

    `sentence` (message id) and `params` tell an operator what is wrong and what to change.
    """

    def __init__(self, reason: str, *, permanent: bool, sentence: str = "", **params: str | int) -> None:
        self.permanent = permanent
        self.sentence = sentence or "{reason}"
        self.params: dict[str, str | int] = {"reason": reason, **params}
        super().__init__(reason)


def printable_reason(said: bytes | str) -> str:
    """Return what a server said as one line of at most MAX_REASON_LENGTH printable code points.

    Addresses are left out: reasons are logged, and servers repeat the recipient.
    """
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    line = " ".join("".join(one if one.isprintable() else " " for one in text[: 3 * MAX_REASON_LENGTH]).split())
    return re.sub(r"[^\s<>]+@[^\s<>]+", "…", line)[:MAX_REASON_LENGTH]
