"""The fingerprint of the instance's secret: it tells a wrong MITHAQ_SECRET from the right one, and not the secret."""

import hashlib
import hmac

_LABEL = b"mithaq.secret.v1"
_DIGITS = 16


def secret_fingerprint(secret: bytes) -> str:
    """Return 16 hexadecimal digits of an HMAC under the secret."""
    return hmac.new(secret, _LABEL, hashlib.sha256).hexdigest()[:_DIGITS]
