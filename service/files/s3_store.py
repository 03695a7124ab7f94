"""S3 backend of the file store: s3://BUCKET/PREFIX?endpoint=https://…&region=….

Credentials are read from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, as by every S3 client. Puts are atomic, and the
server verifies the SHA-256 that is sent along.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import S3Store

from service.domain.errors import NotFound
from service.files.errors import FilesUnreachable
from service.logs.back_off import Outage

BUCKET = Outage(logging.getLogger(__name__), "The bucket of files")

RETRY_TIMEOUT = timedelta(seconds=10)
"""How long a call is retried before it fails; the caller retries later."""

KNOWN_OPTIONS = {"endpoint", "region"}
"""Query parameters an s3:// URL may have."""


@dataclass(frozen=True, slots=True)
class BucketBackend:
    """A file backend in a bucket, below a prefix."""

    store: S3Store

    def read(self, sha256: str) -> bytes:
        """Return the bytes. Raises NotFound, and FilesUnreachable if the server does not answer or denies access."""
        try:
            data = obstore.get(self.store, _object_key(sha256)).bytes().to_bytes()
        except (NotFoundError, FileNotFoundError):
            BUCKET.recovered()
            raise NotFound() from None
        except (BaseError, OSError) as error:
            BUCKET.failed(error)
            raise FilesUnreachable() from error
        BUCKET.recovered()
        return data

    def write(self, sha256: str, data: bytes) -> None:
        """Store the bytes; the server has them before this returns. Raises OSError."""
        try:
            obstore.put(self.store, _object_key(sha256), data)
        except BaseError as error:
            BUCKET.failed(error)
            raise OSError(f"The bucket did not accept a file: {error}") from error

    def delete(self, sha256: str) -> None:
        """Delete the bytes, if there are any. Raises FilesUnreachable, also if the key may not delete."""
        try:
            obstore.delete(self.store, _object_key(sha256))
        except (NotFoundError, FileNotFoundError):
            return
        except (BaseError, OSError) as error:
            raise FilesUnreachable() from error


def open_bucket(url: str) -> BucketBackend:
    """Open the bucket of an s3:// URL, without contacting the server. Raises ValueError for an invalid URL."""
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
