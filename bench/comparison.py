"""The first screen of the comparison of two long texts, as a browser gets it: each pair is met for the first time."""

import asyncio
import re

from bench.pages import asker, timed
from bench.render_texts import constitution
from bench.stage import Stage, stage, written
from service.web.app import create_app
from service.web.comparisons.view_model import VIEWS

WORDS = 90_000
GOAL = 1000
"""Milliseconds."""


def run() -> None:
    """Prints the table."""
    with stage() as ours:
        asyncio.run(_table(ours, written(ours, _texts())))


async def _table(ours: Stage, document: str) -> None:
    app, cookie = create_app(ours.house), ours.cookie("lama")
    print(f"{f'comparison of {WORDS:,} words':34} {'kB':>6} {'first ms':>10} {'again ms':>10} {'goal':>6}")
    await asker(app, f"/documents/{document}", cookie)()
    for number, view in enumerate(VIEWS, 1):
        path = f"/documents/{document}/comparison?lang=en&old={number}&new={number + 1}&view={view}"
        ask = asker(app, path, cookie)
        first = await timed(ask)
        again = await timed(ask)
        print(f"{view:34} {await ask() / 1000:6.0f} {first:10.0f} {again:10.0f} {GOAL:6}")


def _texts() -> list[str]:
    """More texts than there are views; each changes words everywhere and adds an article."""
    once = constitution()
    copies = (re.sub(r"([{(]#)", rf"\g<1>n{number}-", once) for number in range(WORDS // len(once.split()) + 1))
    text = "\n".join(copies)
    texts = [text]
    for number in range(len(VIEWS) + 1):
        text = text.replace("sixty days" if number == 0 else f"{number + 60} days", f"{number + 61} days")
        text = f"## Article {number}\n\nThis article is new in version {number + 2} of the text.\n\n{text}"
        texts.append(text)
    return texts
