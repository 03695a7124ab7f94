"""The stylesheet of the pages: the files of static/css joined in a fixed order, sent as one response."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

CSS_DIR = Path(__file__).parents[1] / "static" / "css"

PATH = "/static/mithaq.css"

PARTS = (
    "tokens", "base", "text", "layout", "components", "shell", "pages", "print", "membership", "rounds", "drafts",
    "account", "organisations", "publication", "phones", "editor", "suggesting", "comments", "workbench", "setup",
)  # fmt: skip
"""Names of the files, in the order of the cascade: a later rule wins over an earlier one of the same specificity."""


@cache
def stylesheet() -> bytes:
    """Return the joined stylesheet, UTF-8."""
    return b"\n".join((CSS_DIR / f"{name}.css").read_bytes() for name in PARTS)


@cache
def stylesheet_url() -> str:
    """Return the URL of the stylesheet with a digest of its bytes (cache busting)."""
    return f"{PATH}?v={sha256(stylesheet()).hexdigest()[:12]}"


async def serve_stylesheet(request: Request) -> Response:
    """Serve the stylesheet; a versioned URL (`?v=`) is immutable, browsers revalidate the other one each time."""
    is_versioned = request.url.query.startswith("v=")
    cache_control = "public, max-age=31536000, immutable" if is_versioned else "no-cache"
    return Response(stylesheet(), media_type="text/css", headers={"cache-control": cache_control})
