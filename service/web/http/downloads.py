"""Files as they leave the house: whole, or not at all."""

from collections.abc import Iterator
from urllib.parse import quote

from service.actions.publication import exports
from service.domain.errors import NotFound, Unavailable
from service.files import FilesUnreachable, file_damaged
from service.web.http.app_state import AppState


def open_export_file(app_state: AppState, sha256: str) -> Iterator[bytes]:
    """The bytes of a file that was made. Raises Unavailable `file_damaged` before the first of them where they are not
    what was put, or gone; the file is then being made again. Raises FilesAway where nobody can tell."""
    try:
        return app_state.files.iter_chunks(sha256)
    except FilesUnreachable:
        raise
    except (NotFound, Unavailable) as error:
        with app_state.database.write(app_state.dispatcher) as tx:
            exports.request_rerender(tx, sha256=sha256)
        raise file_damaged() from error


def attachment_headers(name: str, *, media_type: str, sha256: str, size: int) -> dict[str, str]:
    """A file to be saved under `name`, never shown inside a page of ours."""
    ascii_name = name.encode("ascii", "ignore").decode().strip("-.") or "document"
    return {
        "content-type": media_type,
        "content-length": str(size),
        "content-disposition": f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name)}",
        "x-content-type-options": "nosniff",
        "etag": f'"{sha256}"',
    }
