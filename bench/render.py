"""Cost of PDF rendering, compared with WeasyPrint.

Rendered are a statement of two pages in Arabic and a constitution of 20,000 words. Each figure is the median of whole
processes, from start to the file on disk, and the peak memory of the largest process involved. WeasyPrint gets the HTML
preview of the same tree, and the same fonts.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.support.render_texts import constitution, statement

RUNS = 3
PROGRAMS = {"Mithaq": "bench.support.render_ours", "WeasyPrint": "bench.support.render_weasyprint"}
EXIT_SKIPPED = 3
"""Exit code of a program that cannot run here."""

TEXTS: dict[str, tuple[str, Callable[[], str]]] = {
    "statement, 2 pages, ar": ("ar", statement),
    "constitution, 20,000 words, en": ("en", constitution),
}


@dataclass(frozen=True, slots=True)
class RenderCost:
    """Seconds from start to file, and megabytes of the largest process."""

    seconds: float
    megabytes: float


def run() -> None:
    """Print the table."""
    print(f"{'text':32} {'program':12} {'seconds':>8} {'MB':>6}")
    for name, (lang, text) in TEXTS.items():
        for program, module in PROGRAMS.items():
            costs = [_measure(module, text(), lang) for _ in range(RUNS)]
            print(f"{name:32} {program:12} {_format_row([cost for cost in costs if cost])}")


def _format_row(costs: list[RenderCost]) -> str:
    if not costs:
        return "skipped: no Pango"
    seconds = statistics.median(cost.seconds for cost in costs)
    return f"{seconds:8.2f} {max(cost.megabytes for cost in costs):6.0f}"


def _measure(module: str, text: str, lang: str) -> RenderCost | None:
    """Run `module` once in a process of its own; None if it cannot run here."""
    with tempfile.TemporaryDirectory() as directory:
        source, target = Path(directory) / "text.md", Path(directory) / "out.pdf"
        source.write_text(text, encoding="utf-8")
        started = time.monotonic()
        program = [sys.executable, "-m", module, str(source), lang, str(target)]
        _, status, usage = os.wait4(os.posix_spawn(sys.executable, program, os.environ), 0)
        seconds = time.monotonic() - started
        if os.waitstatus_to_exitcode(status) == EXIT_SKIPPED:
            return None
        assert os.waitstatus_to_exitcode(status) == 0 and target.stat().st_size > 10_000, module
    return RenderCost(seconds, usage.ru_maxrss / 1024)


if __name__ == "__main__":
    run()
