"""A bucket of an S3 server as a shelf: s3://BUCKET/PREFIX?endpoint=https://…&region=….

The keys of the door are in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, as every client of S3 reads them. An object
appears whole or not at all, and the server compares what arrives with the SHA-256 that is sent along.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import S3Store

from service.domain.errors import NotFound
from service.files.errors import FilesUnreachable

RETRY_TIMEOUT = timedelta(seconds=10)
"""How long a call is tried again before it is given up; whoever asked tries later."""

KNOWN_OPTIONS = {"endpoint", "region"}


@dataclass(frozen=True, slots=True)
class BucketBackend:
    """The shelf in a bucket, below a prefix."""

    store: S3Store

    def read(self, sha256: str) -> bytes:
        """Raises NotFound, and FilesAway where the server does not answer or lets nobody in."""
        try:
            return obstore.get(self.store, _object_key(sha256)).bytes().to_bytes()
        except (NotFoundError, FileNotFoundError):
            raise NotFound() from None
        except (BaseError, OSError) as error:
            raise FilesUnreachable() from error

    def write(self, sha256: str, data: bytes) -> None:
        """Kept by the server before this returns. Raises OSError."""
        try:
            obstore.put(self.store, _object_key(sha256), data)
        except BaseError as error:
            raise OSError(f"The bucket does not take a file: {error}") from error


def open_bucket(url: str) -> BucketBackend:
    """The bucket at an s3:// address; it is not asked anything yet. Raises ValueError for what cannot be one."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    if not parts.netloc or not options.keys() <= KNOWN_OPTIONS:
        raise ValueError("MITHAQ_FILES_URL must be s3://BUCKET/PREFIX?endpoint=https://…&region=…, or shorter.")
    config: Any = {"checksum_algorithm": "SHA256", **options}
    return BucketBackend(
        S3Store(
            parts.netloc,
            prefix=parts.path.strip("/") or None,
            config=config,
            client_options={"allow_http": options.get("endpoint", "").startswith("http://"), "timeout": "30s"},
            retry_config={"max_retries": 3, "retry_timeout": RETRY_TIMEOUT},
        )
    )


def _object_key(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256[2:]}"
