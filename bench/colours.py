"""Latency of authorship colours in the editor, on 60,000 words written in 10,000 changes.

Measured: from the click on the button to the first coloured words, and the cost of a keystroke in the page with and
without colours.
"""

import shutil
import statistics

from playwright.sync_api import Page, sync_playwright

from bench.live import LONG_WORDS, run_live_bench
from bench.support.history import grow_journal
from service.actions.accounts import sign_in
from service.job_dispatch import NullDispatcher
from service.store.db import connect as database_at

UPDATES = 10_000
KEYS = 60

MEASURE_FIRST_COLOURED = """() => new Promise((shown) => {
  const began = performance.now();
  const look = () => {
    if (document.querySelector("#ed-text .by")) shown(performance.now() - began);
    else requestAnimationFrame(look);
  };
  document.querySelector("[data-act=who]").click();
  look();
})"""
"""Milliseconds from the click to the first frame with coloured words."""

MEASURE_KEYSTROKES = """async (keys) => {
  const took = [];
  const turn = new MessageChannel();
  document.getElementById("ed-text").focus();
  for (let key = 0; key < keys; key += 1) {
    const began = performance.now();
    document.execCommand("insertText", false, "س");
    await new Promise((next) => { turn.port1.onmessage = next; turn.port2.postMessage(0); });
    took.push(performance.now() - began);
    await new Promise((next) => setTimeout(next, 40));
  }
  return took;
}"""
"""Milliseconds per keystroke in which the main thread of the page is blocked."""


def run() -> None:
    """Print the table."""
    with run_live_bench(LONG_WORDS, 1) as found:
        (web,) = found.web_processes
        database = database_at(web.settings.resolved_database_url)
        lama = found.members.people["lama"].id
        grow_journal(database, f"{found.document}.ar", upto=UPDATES, person=lama)
        with database.write(NullDispatcher()) as tx:
            session = sign_in.sign_in_as_sample_person(tx, person=lama, sample=True, browser=sign_in.Browser())
        database.close()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            context = browser.new_context(locale="ar", viewport={"width": 1280, "height": 800})
            context.add_cookies([{"name": "mithaq", "value": session, "url": web.origin}])
            page = context.new_page()
            page.goto(f"{web.origin}/documents/{found.document}/texts/ar")
            page.locator("#ed-text").wait_for()
            _print_comparison(page)
            browser.close()


def _print_comparison(page: Page) -> None:
    page.keyboard.press("Control+Home")
    plain = page.evaluate(MEASURE_KEYSTROKES, KEYS)
    shown = page.evaluate(MEASURE_FIRST_COLOURED)
    coloured = page.evaluate(MEASURE_KEYSTROKES, KEYS)
    print(f"first coloured words after the click      {shown:7.0f} ms")
    for what, elapsed in (("without colours", plain), ("with colours", coloured)):
        print(f"one keystroke {what:27} {statistics.median(elapsed):7.1f} ms (median of {KEYS})")
