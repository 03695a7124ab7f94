"""Form of the page of notices."""

from service.web.forms.models import FormModel


class MarkReadForm(FormModel):
    """Mark `notice` as read, or all; `next` is the path to go on to."""

    notice: str | None = None
    next: str = "/notices"
