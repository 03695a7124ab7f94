"""What a page of ours may load and run (Content-Security-Policy, level 3): itself and nothing else."""

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
    """The policy of a page; with `nonce` its own script may add style sheets that carry it, and no style attribute."""
    extra = f" 'nonce-{nonce}'" if nonce else ""
    return "; ".join(f"{what} {where}{extra if what == 'style-src' else ''}" for what, where in DIRECTIVES)
