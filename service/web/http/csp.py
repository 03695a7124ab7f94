"""Content-Security-Policy (level 3) of pages: resources of the same origin and nothing else."""

DIRECTIVES = (
    ("default-src", "'none'"),
    ("style-src", "'self'"),
    ("font-src", "'self'"),
    ("img-src", "'self'"),
    ("script-src", "'self'"),
    ("connect-src", "'self'"),
    ("form-action", "'self'"),
    ("base-uri", "'none'"),
    ("frame-ancestors", "'none'"),
)


def csp(*, nonce: str = "") -> str:
    """Return the policy; with `nonce`, scripts may add style elements that carry it, but no style attributes."""
    extra = f" 'nonce-{nonce}'" if nonce else ""
    return "; ".join(f"{name} {source}{extra if name == 'style-src' else ''}" for name, source in DIRECTIVES)
