"""Whatever was typed stands in its field again, and nothing else of the page changes its meaning."""

from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from service.web.forms.form_error import Told
from service.web.forms.refill import refilled

PAGE = """<!doctype html>
<html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>x</title></head><body>
<header><form method="post" action="/s">
<input name="line" value="theirs"></form></header><main><details><summary>s</summary><form method="post" action="/a">
<input type="hidden" name="key" value="fresh"><input type="password" name="secret"><input name="line" value="old">
<textarea name="words" aria-describedby="hint">
old</textarea><label><input type="radio" name="one" value="a" checked>a</label><input type="radio" name="one" value="b">
<input type="checkbox" name="box"><select name="pick"><option value="x" selected>x</option><option>y</option></select>
<svg viewBox="0 0 1 1"><path d="M0 0"/></svg><button>Go</button></form></details></main></body></html>"""

TOLD = Told('<div role="alert">told</div>', '<p id="refused-line">why</p>', lambda every, words: "words")

typed = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")) | st.just("\n"), max_size=60)


def page_with(form: dict[str, str], *, action: str = "/a", page: str = PAGE) -> html.HtmlElement:
    return html.document_fromstring(refilled(page, action=action, form=form, told=TOLD))


@given(typed, typed)
def test_words_come_back_as_they_were_typed(line: str, words: str) -> None:
    line = line.replace("\n", " ")
    main = page_with({"line": line, "words": words}).find(".//main")
    assert main.xpath("string(.//input[@name='line']/@value)") == line
    (area,) = main.xpath(".//textarea")
    assert (area.text or "").removeprefix("\n") == words


@given(st.sampled_from("ab"), st.booleans(), st.sampled_from("xy"))
def test_choices_come_back(one: str, box: bool, pick: str) -> None:
    main = page_with({"one": one, "pick": pick} | ({"box": "on"} if box else {})).find(".//main")
    assert main.xpath(".//input[@name='one'][@checked]/@value") == [one]
    assert bool(main.xpath(".//input[@name='box'][@checked]")) is box
    assert [option.text for option in main.xpath(".//option[@selected]")] == [pick]


def test_what_is_hidden_secret_or_elsewhere_stays_as_the_page_gave_it() -> None:
    document = page_with({"key": "stale", "secret": "pass", "line": "mine", "words": ""})
    assert document.xpath("//input[@name='key']/@value") == ["fresh"]
    assert not document.xpath("//input[@name='secret']/@value")
    assert document.xpath("//header//input/@value") == ["theirs"]


def test_the_field_to_mend_says_why_and_its_fold_is_open() -> None:
    document = page_with({"words": "w"})
    (area,) = document.xpath("//textarea")
    assert (area.get("aria-invalid"), area.get("aria-describedby")) == ("true", "refused-line hint")
    assert area.getnext().get("id") == "refused-line"
    assert document.xpath("boolean(//details/@open)")
    assert document.xpath("count(//*[@role='alert'])") == 1


def test_a_page_without_the_form_is_told_and_one_that_tells_itself_is_told_nothing_twice() -> None:
    assert page_with({}, action="/none").xpath("//main/*[1]/@role") == ["alert"]
    own = PAGE.replace("<main>", '<main><p role="alert">mine</p>')
    assert page_with({"words": ""}, page=own).xpath("count(//*[@role='alert'])") == 1
