"""Proof that a request comes from `mithaq doctor`: an HMAC of the time under the secret of the instance."""

import hmac

HEADER = "mithaq-doctor"

LIFETIME = 300
"""Seconds for which a proof is accepted, before and after its time."""


def make_proof(secret: bytes, *, now: int) -> str:
    """Return the header value for a request at `now`, in seconds."""
    message = f"mithaq.doctor.v1\n{now}".encode()
    return f"{now}.{hmac.digest(secret, message, 'sha256').hex()}"


def is_proof(value: str, secret: bytes, *, now: int) -> bool:
    """Whether `value` was made under `secret`, within LIFETIME of `now`."""
    digits = value.partition(".")[0]
    if not (digits.isascii() and digits.isdigit() and len(digits) <= len(str(2**63))):
        return False
    is_genuine = hmac.compare_digest(value.encode(), make_proof(secret, now=int(digits)).encode())
    return is_genuine and abs(int(digits) - now) <= LIFETIME
