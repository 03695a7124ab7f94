"""State for redisplaying a rejected form: its input, its error, and the field the error is about."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup
from starlette.requests import Request

from service.domain.errors import DomainError
from service.web.http.context import RequestContext


@dataclass(frozen=True, slots=True)
class BoundForm:
    """One form of a page. `error` is None and `values` are empty unless this very form was rejected."""

    values: Mapping[str, str] = field(default_factory=dict)
    error: DomainError | None = None

    @property
    def is_rejected(self) -> bool:
        """Whether this form is redisplayed after it was rejected."""
        return self.error is not None

    @property
    def open(self) -> Markup:
        """The attribute that unfolds the <details> around a rejected form."""
        return Markup(" open") if self.is_rejected else Markup("")

    def value(self, name: str, default: object = "") -> str:
        """Return the value of a field: the input of the rejected form, else `default`."""
        return self.values.get(name, "") if self.is_rejected else str("" if default is None else default)

    def is_checked(self, name: str, value: str = "on", default: bool = False) -> bool:
        """Whether a checkbox, radio button or option is chosen."""
        return self.values.get(name) == value if self.is_rejected else default

    def error_at(self, name: str) -> DomainError | None:
        """Return the error if it is about the field `name`."""
        return self.error if self.error and self.error.field == name else None


@dataclass(slots=True)
class FormState:
    """The rejected form of a request, if there is one: it was sent to `action`.

    `is_shown` becomes true when a template reads it, so that a page without that form can show its error elsewhere.
    """

    action: str
    rejected: BoundForm
    is_shown: bool = False

    def at(self, action: str) -> BoundForm:
        """Return the form of the page that is sent to `action`, empty unless it was rejected."""
        if not self.rejected.is_rejected or action != self.action:
            return BoundForm()
        self.is_shown = True
        return self.rejected

    def claim(self) -> BoundForm:
        """The rejected form, whatever its action, for a page that shows its error itself."""
        self.is_shown = True
        return self.rejected


def form_state(request: Request) -> FormState:
    """Return the form state of a request, created on first use."""
    state: FormState | None = getattr(request.state, "form_state", None)
    if state is None:
        error: DomainError | None = getattr(request.state, "refused", None)
        values: Mapping[str, str] = getattr(request.state, "form", {}) if error else {}
        state = request.state.form_state = FormState(request.url.path, BoundForm(values, error))
    return state


def rejected_error(context: RequestContext) -> DomainError | None:
    """Return why the form of this request was rejected; None if it was not."""
    return form_state(context.request).rejected.error


def submitted_values(context: RequestContext) -> Mapping[str, str]:
    """Return the values of the form this request sent; empty if it sent none."""
    values: Mapping[str, str] = getattr(context.request.state, "form", {})
    return values
