"""Record, security log, notices and the emails of a sample."""

from service.web.api.schemas.base import ResponseModel


class RecordRowResponse(ResponseModel):
    seq: int
    prev: str
    commitment: str
    salt: str | None
    content: str | None
    day: str | None


class RecordPage(ResponseModel):
    items: list[RecordRowResponse]
    next: str | None


class SecurityEventResponse(ResponseModel):
    """`count` events of one kind within a minute. `network` is shortened; `subject` is a keyed digest of the email
    address that was given, `subjects` the number of different ones if there were several."""

    id: str
    at: int
    kind: str
    network: str
    subject: str
    person: str | None
    code: str
    count: int
    subjects: int


class SecurityEventPage(ResponseModel):
    items: list[SecurityEventResponse]
    next: str | None


class NoticeResponse(ResponseModel):
    id: str
    kind: str
    sentence: str
    about: str
    at: int
    read: bool


class NoticePage(ResponseModel):
    items: list[NoticeResponse]
    next: str | None


class EmailResponse(ResponseModel):
    id: str
    subject: str
    body: str
    state: str
    at: int


class EmailPage(ResponseModel):
    items: list[EmailResponse]
    next: str | None
