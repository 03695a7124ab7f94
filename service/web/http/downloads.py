"""Downloads of exported files, with their integrity checked before the first byte is sent."""

from collections.abc import Iterator
from urllib.parse import quote

from service.actions.publication import exports
from service.domain.errors import NotFound, Unavailable
from service.files import FilesUnreachable, file_damaged
from service.web.http.app_state import AppState


def open_export_file(app_state: AppState, sha256: str) -> Iterator[bytes]:
    """Return the bytes of a rendered file in chunks.

    A file that is missing or does not match its digest is queued for rendering again; then, before the first chunk,
    raises Unavailable `file_damaged`. Raises FilesUnreachable if the store cannot be reached.
    """
    try:
        return app_state.files.iter_chunks(sha256)
    except FilesUnreachable:
        raise
    except (NotFound, Unavailable) as error:
        with app_state.database.write(app_state.dispatcher) as tx:
            exports.request_rerender(tx, sha256=sha256)
        raise file_damaged() from error


def open_proof_file(app_state: AppState, sha256: str) -> Iterator[bytes]:
    """Return the bytes of a proof in chunks. Raises Unavailable `file_damaged`, FilesUnreachable."""
    try:
        return app_state.files.iter_chunks(sha256)
    except NotFound as error:
        raise file_damaged() from error


def attachment_headers(name: str, *, media_type: str, sha256: str, size: int) -> dict[str, str]:
    """Return headers that make a browser save the file under `name` (RFC 6266) and never display it."""
    ascii_name = name.encode("ascii", "ignore").decode().strip("-.") or "document"
    return {
        "content-type": media_type,
        "content-length": str(size),
        "content-disposition": f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name)}",
        "x-content-type-options": "nosniff",
        "etag": f'"{sha256}"',
    }
