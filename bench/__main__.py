"""`make bench`: every claim of speed, as tables. `python -m bench NAME` runs one of them."""

import sys
from importlib import import_module

TABLES = (
    "render",
    "queue",
    "pages",
    "redline",
    "merge",
    "blame",
    "remarks",
    "casts",
    "idle",
    "comparison",
    "live",
    "opening",
    "changes",
    "colours",
    "edits",
)
"""Modules with a `run()`. Each is imported when its turn comes: the kernel counts the memory of a process that starts
another as the other's, so this one stays small."""


def main(wanted: list[str]) -> None:
    for name in TABLES:
        if not wanted or name in wanted:
            print(f"\n# {name}")
            import_module(f"bench.{name}").run()


if __name__ == "__main__":
    main(sys.argv[1:])
