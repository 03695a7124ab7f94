"""The current user and API tokens."""

from service.web.api.schemas.base import RequestModel, ResponseModel, ShortText, Timestamp


class QuotaResponse(ResponseModel):
    """A limit and what is left of it: now, or within the last hour."""

    limit: int
    left: int


class CurrentUserResponse(ResponseModel):
    """The signed-in person. `name` is the one of `names` in the person's own language; `quotas` apply to them now."""

    id: str
    name: str
    names: dict[str, str]
    organisation: str | None
    lang: str
    roles: list[str]
    scopes: list[str]
    quotas: dict[str, QuotaResponse]


class CreateTokenRequest(RequestModel):
    label: ShortText
    scopes: list[str]
    expires_at: Timestamp | None = None


class CreatedTokenResponse(ResponseModel):
    """A created token. It is shown only once."""

    id: str
    token: str


class TokenResponse(ResponseModel):
    id: str
    label: str
    scopes: list[str]
    created_at: int
    expires_at: int | None
    revoked_at: int | None


class TokenPage(ResponseModel):
    items: list[TokenResponse]
