"""Run the benchmarks and print their tables: `make bench` runs all, `python -m bench NAME` runs one."""

import sys
from importlib import import_module

TABLES = (
    "render",
    "readback",
    "queue",
    "pages",
    "search",
    "redline",
    "merge",
    "blame",
    "anchors",
    "casts",
    "idle",
    "web_memory",
    "rolling",
    "many_documents",
    "comparison",
    "live",
    "opening",
    "changes",
    "colours",
    "edits",
    "anonymous",
    "writers",
    "sizes",
)
"""Modules with a `run()`, imported only when run: the kernel counts the memory of a parent process towards its
children, so this process stays small."""

OPERATION = ("idle", "web_memory", "rolling", "many_documents")
"""Those of `bench.operation`."""


def main(wanted: list[str]) -> None:
    """Run the benchmarks `wanted`, or all, in the order of TABLES."""
    for name in TABLES:
        if not wanted or name in wanted:
            print(f"\n# {name}")
            package = "bench.operation" if name in OPERATION else "bench"
            import_module(f"{package}.{name}").run()


if __name__ == "__main__":
    main(sys.argv[1:])
