"""What sending an email may raise."""


class EmailNotSent(Exception):
    """The server did not accept the message. If `permanent`, do not retry (SMTP 5xx)."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        self.permanent = permanent
        super().__init__(reason)
