"""What the API returns for a save that was merged with those of others."""

from tests.integration.web.conftest import ApiTestClient
from tests.support.factories import SampleInstance, create_document, save_text

TEXT = "## Article 1\n\nThe court hears every appeal without delay.\n"


def test_save_names_the_sentence_that_both_changed_with_its_line(api: ApiTestClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts={"en": TEXT})
    path = f"/documents/{document}/editions/en/draft"
    opened = api.get(path, by="lama").json()
    save_text(instance, document, opened["text"].replace("The court", "The high court"), lang="en", by="jihan")
    body = {"text": opened["text"].replace("delay", "fee"), "epoch": opened["epoch"], "seq": opened["seq"]}
    saved = api.call("PUT", path, body, by="lama").json()
    words = "The high court hears every appeal without fee."
    assert saved["flags"] == [{"kind": "both_changed", "subject": "", "places": [{"line": 3, "words": words}]}]


def test_save_without_a_merge_has_no_flags(api: ApiTestClient, instance: SampleInstance) -> None:
    path = f"/documents/{create_document(instance)}/editions/ar/draft"
    opened = api.get(path, by="lama").json()
    body = {"text": "نصّ آخر.\n", "epoch": opened["epoch"], "seq": opened["seq"]}
    assert api.call("PUT", path, body, by="lama").json()["flags"] == []
