"""What templates need to show a rejected form again: its input, its error, and the field the error is about."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup
from starlette.requests import Request

from service.domain.errors import DomainError


@dataclass(frozen=True, slots=True)
class BoundForm:
    """One form of a page. `error` is None and `values` are empty unless this very form was rejected."""

    values: Mapping[str, str] = field(default_factory=dict)
    error: DomainError | None = None

    @property
    def is_rejected(self) -> bool:
        """Whether this form is shown again after it was rejected."""
        return self.error is not None

    @property
    def open(self) -> Markup:
        """The attribute that unfolds the <details> around a rejected form."""
        return Markup(" open") if self.is_rejected else Markup("")

    def value(self, name: str, default: object = "") -> str:
        """What a field shows: what was typed into the rejected form, else `default`."""
        return self.values.get(name, "") if self.is_rejected else str("" if default is None else default)

    def is_checked(self, name: str, value: str = "on", default: bool = False) -> bool:
        """Whether a checkbox, radio button or option is chosen."""
        return self.values.get(name) == value if self.is_rejected else default

    def error_at(self, name: str) -> DomainError | None:
        """The error, if it is about the field `name`."""
        return self.error if self.error and self.error.field == name else None


@dataclass(slots=True)
class FormState:
    """The rejected form of a request, if there is one: it was sent to `action`. `is_shown` becomes true when a template
    asks for it, so that a page without that form can show its error elsewhere."""

    action: str
    rejected: BoundForm
    is_shown: bool = False

    def at(self, action: str) -> BoundForm:
        """The form of the page that is sent to `action`."""
        if not self.rejected.is_rejected or action != self.action:
            return BoundForm()
        self.is_shown = True
        return self.rejected

    def claim(self) -> BoundForm:
        """The rejected form, whatever its action, for a page that shows its error itself."""
        self.is_shown = True
        return self.rejected


def form_state(request: Request) -> FormState:
    """The form state of a request; one object a request."""
    state: FormState | None = getattr(request.state, "form_state", None)
    if state is None:
        error: DomainError | None = getattr(request.state, "refused", None)
        values: Mapping[str, str] = getattr(request.state, "form", {}) if error else {}
        state = request.state.form_state = FormState(request.url.path, BoundForm(values, error))
    return state
