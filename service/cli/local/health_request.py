"""The request that tells whether a web server answers. Imports little: it is made every few seconds."""

import http.client

from service.config import Settings


def is_healthy(settings: Settings) -> bool:
    """Return whether the web server of `settings` answers 200 on /health."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)
    connection = http.client.HTTPConnection(host, settings.port, timeout=2)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
