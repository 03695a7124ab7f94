"""Time to the first screen of the comparison of two long texts, with cold caches.

Each pair of versions is requested for the first time.
"""

import asyncio
import re

from bench.pages import create_request, measure_ms
from bench.support.render_texts import constitution
from bench.support.sample_instance import SampleBench, create_document_versions, open_sample_bench
from service.web.app import create_app
from service.web.comparisons.view_model import COMPARISON_VIEWS

WORDS = 90_000
"""Minimum number of words of each text."""

GOAL = 1000
"""Milliseconds."""


def run() -> None:
    """Print the table."""
    with open_sample_bench() as sample_bench:
        asyncio.run(_print_table(sample_bench, create_document_versions(sample_bench, _version_texts())))


async def _print_table(sample_bench: SampleBench, document: str) -> None:
    app, cookie = create_app(sample_bench.app_state), sample_bench.session_cookie("lama")
    print(f"{f'comparison of {WORDS:,} words':34} {'kB':>6} {'first ms':>10} {'repeat ms':>10} {'goal':>6}")
    await create_request(app, f"/documents/{document}", cookie)()
    for number, view in enumerate(COMPARISON_VIEWS, 1):
        path = f"/documents/{document}/comparison?lang=en&old={number}&new={number + 1}&view={view}"
        request = create_request(app, path, cookie)
        first = await measure_ms(request)
        again = await measure_ms(request)
        print(f"{view:34} {await request() / 1000:6.0f} {first:10.0f} {again:10.0f} {GOAL:6}")


def _version_texts() -> list[str]:
    """Return more texts than there are views; each changes words throughout and adds an article."""
    once = constitution()
    copies = (re.sub(r"([{(]#)", rf"\g<1>n{number}-", once) for number in range(WORDS // len(once.split()) + 1))
    text = "\n".join(copies)
    texts = [text]
    for number in range(len(COMPARISON_VIEWS) + 1):
        text = text.replace("sixty days" if number == 0 else f"{number + 60} days", f"{number + 61} days")
        text = f"## Article {number}\n\nThis article is new in version {number + 2} of the text.\n\n{text}"
        texts.append(text)
    return texts
