"""`make bench`: every claim of speed, as tables. `python -m bench NAME` runs one of them."""

import sys
from collections.abc import Callable

from bench import queue, render

TABLES: dict[str, Callable[[], None]] = {"render": render.run, "queue": queue.run}


def main(wanted: list[str]) -> None:
    for name, run in TABLES.items():
        if not wanted or name in wanted:
            print(f"\n# {name}")
            run()


if __name__ == "__main__":
    main(sys.argv[1:])
