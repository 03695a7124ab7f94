"""Tell the service manager that started this process how it is: sd_notify(3), the protocol of systemd."""

import os
import socket
from contextlib import suppress

VARIABLE = "NOTIFY_SOCKET"
"""For the process that the manager started only, not for its children."""

READY = "READY=1"
STOPPING = "STOPPING=1"


def notify(state: str) -> None:
    """Send a state, such as READY, to the socket in VARIABLE; do nothing without one, or if nobody listens."""
    address = os.environ.get(VARIABLE, "")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender, suppress(OSError):
        sender.connect(f"\0{address[1:]}" if address.startswith("@") else address)
        sender.sendall(state.encode())
