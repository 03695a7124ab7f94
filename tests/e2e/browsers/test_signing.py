"""Signing in each engine: from the round to the receipt."""

from tests.e2e.browsers.conftest import Line, sign_in
from tests.support import factories
from tests.support.browsers.page import JourneyPage


def test_signatory_signs(page: JourneyPage, line: Line) -> None:
    _, round_id = factories.open_round_with_document(line.instance)
    sign_in(page, line, "yusuf")
    page.driver.go(f"{line.origin}/rounds/{round_id}/sign")
    page.click("input[name=position][value=endorse]")
    page.click("#decide form button")
    page.expect_element("#code")
    with line.instance.read() as tx:
        code = factories.mailed_code(tx, line.instance.members.people["yusuf"].id)
    page.click("#code")
    page.driver.type(code)
    page.driver.press("Enter")
    page.expect_path("/receipt")
    page.expect_words("main", "سُجّل تأييدكم")
