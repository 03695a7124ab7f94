"""Cursor of a list of documents in pages."""

from service.web.http.context import RequestContext


def before_cursor(context: RequestContext) -> int | None:
    """Return the query parameter `before`: the seq that an older page starts below, None on the first page."""
    value = context.query_param("before")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else None
