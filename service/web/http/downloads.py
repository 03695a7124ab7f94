"""Files as they leave the house: whole, or not at all."""

from collections.abc import Iterator
from urllib.parse import quote

from service.actions.publication import exports
from service.domain.errors import NotFound, Unavailable
from service.files import FilesAway, damaged
from service.web.http.app_state import House


def whole_file(house: House, sha256: str) -> Iterator[bytes]:
    """The bytes of a file that was made. Raises Unavailable `file_damaged` before the first of them where they are not
    what was put, or gone; the file is then being made again. Raises FilesAway where nobody can tell."""
    try:
        return house.files.chunks(sha256)
    except FilesAway:
        raise
    except (NotFound, Unavailable) as error:
        with house.database.write(house.bell) as tx:
            exports.remake(tx, sha256=sha256)
        raise damaged() from error


def file_headers(name: str, *, media_type: str, sha256: str, size: int) -> dict[str, str]:
    """A file to be saved under `name`, never shown inside a page of ours."""
    plain = name.encode("ascii", "ignore").decode().strip("-.") or "document"
    return {
        "content-type": media_type,
        "content-length": str(size),
        "content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}",
        "x-content-type-options": "nosniff",
        "etag": f'"{sha256}"',
    }
