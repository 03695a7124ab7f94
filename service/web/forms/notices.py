"""Form of the page of notices."""

from service.web.forms.models import FormModel


class MarkReadForm(FormModel):
    """Mark `notice` as read, or all notices; `next` is the path to redirect to."""

    notice: str | None = None
    next: str = "/notices"
