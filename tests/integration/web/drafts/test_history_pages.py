"""The draft as it stood, and the way back to it: outsider, wrong role, not found, refused, success."""

from collections.abc import Iterator

import pytest

from service.actions.drafts import save
from service.store.drafts import journal as journal_store
from tests.support.factories import Stage, a_document, a_save, a_version, in_review
from tests.support.web_client import Reader, code, fields, links, opened, tree, words

TEXT = "## Article 1\n\nThe first words of all.\n"


@pytest.fixture
def reader(stage: Stage) -> Iterator[Reader]:
    yield from opened(stage)


def a_text(stage: Stage) -> str:
    """Row 1 by lama, row 2 by jihan, row 3 by salma."""
    document = a_document(stage, texts={"en": TEXT})
    a_save(stage, document, TEXT.replace("first", "second"), lang="en", by="jihan")
    a_save(stage, document, TEXT.replace("first", "third"), lang="en", by="salma")
    return document


def live(stage: Stage, document: str) -> tuple[int, str]:
    with stage.read() as tx:
        its = save.read(tx, stage.actor(tx, "lama"), document_id=document, lang="en")
    return its.seq, its.text


def said(answer: object) -> str:
    return " ".join(tree(answer).xpath("string(//article)").split())


def frozen(stage: Stage, document: str) -> None:
    with stage.write() as tx:
        journal_store.freeze(tx, f"{document}.en", frozen=True)


def asked(reader: Reader, document: str, seq: int, *, form: dict[str, str] | None = None) -> tuple[int, str]:
    """Status and where it leads, or the code, of putting row `seq` back."""
    path = f"/documents/{document}/history/restoration"
    answer = reader.post(f"{path}?lang=en&at={seq}", form or {"lang": "en", "at": str(seq)})
    return answer.status_code, answer.headers.get("location") or code(answer)


def test_a_stranger_sees_nothing(reader: Reader, stage: Stage) -> None:
    document = a_text(stage)
    assert reader.get(f"/documents/{document}/history").status_code == 401
    assert asked(reader, document, 1)[0] == 401


def test_who_may_not_write_puts_nothing_back(reader: Reader, stage: Stage) -> None:
    document = a_text(stage)
    reader.sign_in("yusuf")
    page = reader.get(f"/documents/{document}/history?at=1")
    assert "first words" in said(page) and "Put this text back" not in words(page)
    assert reader.get(f"/documents/{document}/history/restoration?at=1").status_code == 403
    assert asked(reader, document, 1)[0] == 403
    assert live(stage, document)[0] == 3


def test_what_is_not_there(reader: Reader, stage: Stage) -> None:
    document = a_text(stage)
    reader.sign_in("lama")
    assert reader.get("/documents/doc_none/history").status_code == 404
    assert reader.get(f"/documents/{document}/history?lang=fr").status_code == 404
    for path in (f"/documents/{document}/history?at=4", f"/documents/{document}/history?at=x"):
        answer = reader.get(path)
        assert (answer.status_code, code(answer)) == (400, "unknown_place")
    answer = reader.get(f"/documents/{document}/history?time=nine")
    assert (answer.status_code, code(answer)) == (400, "bad_time")
    assert asked(reader, document, 9, form={"lang": "en", "at": "9"})[0] == 400


def test_what_is_frozen_or_out_of_drafting_stays(reader: Reader, stage: Stage) -> None:
    document = a_text(stage)
    reader.sign_in("lama")
    frozen(stage, document)
    assert "draft_frozen" in asked(reader, document, 1)[1]
    assert "Put this text back" not in words(reader.get(f"/documents/{document}/history?at=1"))
    other = a_text(stage)
    a_version(stage, other)
    in_review(stage, other)
    assert "document_state" in asked(reader, other, 1)[1]
    assert reader.get(f"/documents/{other}/history?at=1").status_code == 200


def test_the_text_is_shown_as_it_stood(reader: Reader, stage: Stage) -> None:
    document = a_text(stage)
    reader.sign_in("lama")
    assert "third words" in said(reader.get(f"/documents/{document}/history"))
    assert "second words" in said(reader.get(f"/documents/{document}/history?at=2"))
    changed = reader.get(f"/documents/{document}/history?at=2&view=inline")
    assert f"{stage.cast.people['jihan'].names['en']} added:" in said(changed)
    assert "first words" in said(reader.get(f"/documents/{document}/history?at=1"))
    assert "third words" in said(reader.get(f"/documents/{document}/history?time=2199-01-01T00:00"))
    assert f"/documents/{document}/changes?lang=en&since=2" in links(reader.get(f"/documents/{document}/history?at=2"))


def test_turns_of_writing_lead_to_each_other(reader: Reader, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.domain.documents.edit_sessions.PAUSE", 0)
    document = a_text(stage)
    reader.sign_in("lama")
    page = reader.get(f"/documents/{document}/history?at=2")
    ways = {one.get("rel"): one.get("href") for one in tree(page).xpath("//nav//a[@rel]")}
    assert ways["prev"].endswith("at=1&view=text") and ways["next"].endswith("at=3&view=text")
    turns = " ".join(tree(page).xpath("string(//ol[contains(@class, 'turns')])").split())
    assert all(stage.cast.people[key].names["en"] in turns for key in ("lama", "jihan", "salma"))


def test_an_earlier_text_is_put_back_once(reader: Reader, stage: Stage) -> None:
    document = a_text(stage)
    reader.sign_in("lama")
    ask = f"/documents/{document}/history/restoration?lang=en&at=1"
    assert ask in links(reader.get(f"/documents/{document}/history?at=1"))
    page = reader.get(ask)
    assert "This will be undone" in words(page) and "Others are writing here now." in words(page)
    assert stage.cast.people["salma"].names["en"] in words(page)
    form = fields(page, "at=1")
    for _ in range(2):
        assert asked(reader, document, 1, form=form) == (303, f"/documents/{document}/texts/en")
    assert live(stage, document) == (4, TEXT)
    with stage.read() as tx:
        assert journal_store.hands(tx, f"{document}.en", epoch=1)[0].origin == "restored:@1"
    assert "says so already" in words(reader.get(ask))


def test_where_the_history_was_shortened_the_first_known_text_is_shown(reader: Reader, stage: Stage) -> None:
    document = a_text(stage)
    with stage.write() as tx:
        assert save.compact(tx, f"{document}.en")
    reader.sign_in("lama")
    page = reader.get(f"/documents/{document}/history?at=1")
    assert "is not known any more" in words(page) and "third words" in said(page)
    assert "draft_restarted" in asked(reader, document, 1)[1]
