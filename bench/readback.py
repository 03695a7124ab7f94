"""Reading files back: its share of rendering, false alarms, and changes that are found.

Times are medians of processor time, with that of the programs that are started; texts are random with a fixed seed.
"""

import resource
import statistics
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from hypothesis import HealthCheck, Phase, given, seed, settings

from bench.support.render_texts import constitution, statement
from tests.support.papers.random_texts import RandomText, random_texts
from tests.support.papers.text_mutations import changes
from workers.render.content import templates
from workers.render.content.manuscript import Manuscript
from workers.render.content.prepared_text import PreparedManuscript, prepare_manuscript
from workers.render.errors import RenderDiffers, RenderFailed
from workers.render.formats import FORMATS, ignore_progress
from workers.render.readback.compare import first_difference
from workers.render.readback.docx_reader import read_docx
from workers.render.readback.expected_matter import expected_flow
from workers.render.readback.pdf_reader import read_pdf

SEED, TEXTS = 14, 500
RENDERED_CHANGES = 5
"""Of how many texts one has a change rendered; of the others every change is compared with the file of the text."""

RUNS = 5
Times = tuple[float, float]


def run() -> None:
    """Print the tables."""
    print(f"{'text':32} {'format':6} {'render s':>9} {'compare s':>10} {'share':>6}")
    for name, lang, text in (("statement, 2 pages", "ar", statement()), ("20,000 words", "en", constitution())):
        prepared = _prepare(RandomText(lang, text))
        for format_ in FORMATS:
            times = [_time(prepared, format_) for _ in range(RUNS)]
            render, compare = (statistics.median(column) for column in zip(*times, strict=True))
            print(f"{name:32} {format_:6} {render:9.2f} {compare:10.3f} {compare / render:6.0%}")
    print(f"\na proof: a statement in two languages and both formats, one after the other: {_time_proof():.2f} s")
    print(f"\n{TEXTS} random texts, seed {SEED}")
    for (format_, what), count in sorted(_trials().items()):
        print(f"{format_:6} {what:36} {count:7}")


def _prepare(text: RandomText) -> PreparedManuscript:
    rtl = text.lang == "ar"
    manuscript = Manuscript(
        lang=text.lang,
        dir="rtl" if rtl else "ltr",
        digits="arab" if rtl else "latn",
        kind="statement",
        title="عنوان" if rtl else "Title",
        text=text.text,
    )
    return prepare_manuscript(manuscript, directory=templates.find_templates())


def _time(prepared: PreparedManuscript, format_: str) -> Times:
    before = _processor_time()
    file = FORMATS[format_].render(prepared, logo=None, report=ignore_progress)
    rendered = _processor_time()
    FORMATS[format_].compare(prepared, file)
    return rendered - before, _processor_time() - rendered


def _time_proof() -> float:
    """Return the seconds by the clock of rendering and comparing four files, as the worker does; the median of RUNS."""
    proofs = [_prepare(RandomText("ar", statement())), _prepare(RandomText("en", statement()))]
    seconds = []
    for _ in range(RUNS):
        started = time.monotonic()
        for prepared in proofs:
            for format_ in FORMATS:
                _time(prepared, format_)
        seconds.append(time.monotonic() - started)
    return statistics.median(seconds)


def _processor_time() -> float:
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _trials() -> Counter[tuple[str, str]]:
    """Count files, refusals, false alarms, and the changes that were found and missed, by format."""
    counted: Counter[tuple[str, str]] = Counter()

    @seed(SEED)
    @settings(
        max_examples=TEXTS,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(random_texts())
    def try_text(text: RandomText) -> None:
        prepared = _prepare(text)
        counted["both", "texts"] += 1
        for format_ in FORMATS:
            _try_format(prepared, format_, counted, is_rendered=counted["both", "texts"] % RENDERED_CHANGES == 0)

    try_text()
    return counted


def _try_format(
    prepared: PreparedManuscript, format_: str, counted: Counter[tuple[str, str]], *, is_rendered: bool
) -> None:
    renderer = FORMATS[format_]
    try:
        file = renderer.render(prepared, logo=None, report=ignore_progress)
    except RenderFailed:
        counted[format_, "refused"] += 1
        return
    counted[format_, "false alarms"] += _differs(lambda: renderer.compare(prepared, file))
    found = read_pdf(file, rtl=prepared.rtl) if format_ == "pdf" else read_docx(file)
    for name, blocks in changes(prepared.blocks):
        flow = expected_flow(replace(prepared, blocks=blocks), format_)
        is_found = first_difference(flow, found, exact=format_ == "docx") is not None
        counted[format_, f"{name}: {'found' if is_found else 'MISSED'}"] += 1
    if is_rendered:
        _try_rendered_change(prepared, format_, counted)


def _try_rendered_change(prepared: PreparedManuscript, format_: str, counted: Counter[tuple[str, str]]) -> None:
    """Render a changed text and compare the file with the text as it was."""
    every = changes(prepared.blocks)
    _, blocks = every[len(every) // 2]
    renderer = FORMATS[format_]
    try:
        file = renderer.render(replace(prepared, blocks=blocks), logo=None, report=ignore_progress)
    except RenderFailed:
        return
    is_found = _differs(lambda: renderer.compare(prepared, file))
    counted[format_, f"rendered change: {'found' if is_found else 'MISSED'}"] += 1


def _differs(compare: Callable[[], None]) -> bool:
    try:
        compare()
    except RenderDiffers:
        return True
    return False
