"""One comparison in a separate process: prints processor seconds, MB and digest.

    python -m bench.support.redline_once mithaq|dmp OLD NEW

Imports are excluded from the seconds and included in the memory.
"""

import sys
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from diff_match_patch import diff_match_patch

from service.domain.text.markup.tokens import tokenize
from service.domain.text.redline.redline import compute_redline


def mithaq_digest(old: str, new: str) -> str:
    """Return the digest of our redline."""
    return compute_redline(old, new).digest


def dmp_digest(old: str, new: str) -> str:
    """Return a digest of the diff by diff-match-patch, without its timeout.

    Words are encoded as one character each. Surrogates are skipped: diff-match-patch cannot encode them.
    """
    names: dict[str, str] = {}
    coded = []
    for text in (old, new):
        places = [names.setdefault(token, chr(_code_point(len(names)))) for token in tokenize(text)]
        coded.append("".join(places))
    engine = diff_match_patch()
    engine.Diff_Timeout = 0
    found = engine.diff_main(*coded, False)
    engine.diff_cleanupSemantic(found)
    return sha256(repr(found).encode()).hexdigest()


def _code_point(place: int) -> int:
    return place + 1 if place < 0xD7FF else place + 0x801


def _peak_megabytes() -> int:
    """Return the peak memory of this process in megabytes; `ru_maxrss` would include that of its parent."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


ENGINES: dict[str, Callable[[str, str], str]] = {"mithaq": mithaq_digest, "dmp": dmp_digest}

if __name__ == "__main__":
    old, new = (Path(path).read_text("utf-8") for path in sys.argv[2:])
    began = time.process_time()
    digest = ENGINES[sys.argv[1]](old, new)
    seconds = time.process_time() - began
    print(f"{seconds:.4f} {_peak_megabytes()} {digest}")
