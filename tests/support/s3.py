"""A real S3 server for tests, on a port of this machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import Request, urlopen

from moto.server import ThreadedMotoServer

BUCKET = "mithaq"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "tests", "AWS_SECRET_ACCESS_KEY": "tests"}


@contextmanager
def run_s3_server() -> Iterator[str]:
    """Yield the URL of an empty bucket, as MITHAQ_FILES_URL; KEYS are its credentials."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        endpoint = f"http://{host}:{port}"
        urlopen(Request(f"{endpoint}/{BUCKET}", method="PUT"), timeout=10).close()
        yield f"s3://{BUCKET}/files?endpoint={endpoint}&region=us-east-1"
    finally:
        server.stop()
