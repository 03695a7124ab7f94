"""A reader without a browser: the pages called in this process, with cookies and forms as a browser sends them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import lxml.html
from starlette.testclient import TestClient

from service.actions.publication import exports, publications
from service.store.publication import exports as exports_store
from service.web.app import create_app
from service.web.http.app_state import House
from tests.support.factories import Stage

ORIGIN = "http://localhost"


@dataclass(frozen=True)
class Reader:
    """One browser, empty at first."""

    client: TestClient
    stage: Stage

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, headers={"accept-language": "en", **headers})

    def post(self, path: str, form: dict[str, str] | None = None, *, origin: str = ORIGIN) -> Any:
        headers = {"accept-language": "en", "origin": origin}
        return self.client.post(path, data=form or {}, headers=headers, follow_redirects=False)

    def sign_in(self, key: str) -> "Reader":
        """Come in as the person of that key in sample.json."""
        assert self.post("/sign-in", {"key": self.stage.token(key)}).status_code == 303
        return self


def browser(house: House) -> TestClient:
    """A client of the pages of a house; what breaks inside is answered, not raised."""
    return TestClient(create_app(house), base_url=ORIGIN, raise_server_exceptions=False)


def opened(stage: Stage) -> Iterator[Reader]:
    """A browser on the house of a stage, closed afterwards."""
    with browser(stage.house) as client:
        yield Reader(client, stage)


def tree(answer: Any) -> Any:
    """The page as elements."""
    return lxml.html.fromstring(answer.text)


def words(answer: Any) -> str:
    """What a reader of the page reads, with single spaces."""
    return " ".join(tree(answer).find("body").text_content().split())


def code(answer: Any) -> str:
    """The stable code at the foot of a page that says what could not be done."""
    return str(tree(answer).xpath("string(//main//bdi[contains(@class, 'mono')])"))


def fields(answer: Any, action: str = "") -> dict[str, str]:
    """What the form that goes to `action` (or the first one with a text) would send."""
    for form in tree(answer).xpath("//main//form"):
        if form.get("action", "").endswith(action) and (action or form.xpath(".//textarea")):
            return {name: (value or "").removeprefix("\n") for name, value in form.form_values()}
    raise AssertionError(f"no form goes to {action}")


def links(answer: Any) -> list[str]:
    return [str(found) for found in tree(answer).xpath("//a/@href")]


def with_files(stage: Stage, document: str) -> None:
    """Every standard file of the document, as if the worker had made it."""
    with stage.write() as tx:
        for _, export in exports_store.of_document(tx, document):
            data = f"{export.format} in {export.lang}".encode()
            sha256 = stage.house.files.put(data)
            key = f"key of {export.format} {export.lang}"
            exports.finish(tx, export.id, key=key, sha256=sha256, size=len(data), format_=export.format)


def a_publication(stage: Stage, document: str) -> str:
    """The id of its publication, made by communications."""
    with_files(stage, document)
    with stage.write() as tx:
        return publications.publish(tx, stage.actor(tx, "reem"), document_id=document).id
