"""Hosts that only this machine can reach."""

import ipaddress


def is_loopback_host(host: str) -> bool:
    """Return whether `host`, a name or an address, is on the loopback interface (RFC 6761 §6.3, RFC 1122 §3.2.1.3)."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
