"""The reader of Word files as a process of its own: a package on standard input, JSON on standard output.

python -I reader_child.py LANG
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from workers.intake.text_of_file import read_file

MAX_FRAMES = 4_000
"""Depth of calls: the parser admits 256 levels of elements."""


def main(lang: str) -> None:
    """Read the package and write what was found."""
    sys.setrecursionlimit(MAX_FRAMES)
    found = asdict(read_file(sys.stdin.buffer.read(), lang=lang))
    json.dump(found, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main(sys.argv[1])
