"""A client without a browser: the pages called in this process, with cookies and forms as a browser sends them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import lxml.html
from starlette.testclient import TestClient

from service.actions.accounts import sign_in
from service.actions.publication import exports, publications
from service.domain.accounts.rules import describe_device
from service.store.publication import exports as exports_store
from service.web.app import create_app
from service.web.http.app_state import AppState
from service.web.http.auth import SESSION_COOKIE
from tests.support.factories import SampleInstance

ORIGIN = "http://localhost"


@dataclass(frozen=True)
class WebClient:
    """One browser, without cookies at first."""

    client: TestClient
    instance: SampleInstance

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, headers={"accept-language": "en", **headers})

    def post(self, path: str, form: dict[str, str] | None = None, *, origin: str = ORIGIN) -> Any:
        headers = {"accept-language": "en", "origin": origin}
        return self.client.post(path, data=form or {}, headers=headers, follow_redirects=False)

    def post_confirmed(self, path: str, form: dict[str, str] | None = None) -> Any:
        """Send a form whose act is asked about first, and answer the question.

        An act that is rejected at once is not asked about; its page is returned.
        """
        asked = self.post(path, form)
        if asked.status_code != 200 or not parse_page(asked).xpath("//*[@id='confirmation']"):
            return asked
        fields = {name: value or "" for name, value in parse_page(asked).xpath("//main//form")[0].form_values()}
        assert fields.pop("confirmed") == "yes"
        return self.post(path, {**fields, "confirmed": "yes"})

    def sign_in(self, key: str) -> "WebClient":
        """Sign in as the person of that key in sample.json, in a new session."""
        browser = sign_in.Browser(describe_device(self.client.headers["user-agent"]))
        with self.instance.write() as tx:
            session = sign_in.start_session(tx, self.instance.actor(tx, key), browser=browser)
        self.client.cookies.set(SESSION_COOKIE, session, domain="localhost.local", path="/")
        return self


def create_test_client(app_state: AppState, *, origin: str = ORIGIN) -> TestClient:
    """Return a client for the pages of an instance; unexpected errors become responses and are not raised."""
    return TestClient(create_app(app_state), base_url=origin, raise_server_exceptions=False)


def open_web_client(instance: SampleInstance) -> Iterator[WebClient]:
    """Open a client on an instance; it is closed afterwards."""
    with create_test_client(instance.app_state) as client:
        yield WebClient(client, instance)


def parse_page(response: Any) -> Any:
    """Return the page as an element tree."""
    return lxml.html.fromstring(response.text)


def page_text(response: Any) -> str:
    """Return the visible text of the page, with single spaces."""
    return " ".join(parse_page(response).find("body").text_content().split())


def error_code(response: Any) -> str:
    """Return the stable code at the foot of an error page."""
    return str(parse_page(response).xpath("string(//main//bdi[contains(@class, 'mono')])"))


def form_fields(response: Any, action: str = "") -> dict[str, str]:
    """Return the fields of the form with this `action` (or of the first one with a text), as a browser would send
    them."""
    for form in parse_page(response).xpath("//main//form"):
        if form.get("action", "").endswith(action) and (action or form.xpath(".//textarea")):
            return {name: (value or "").removeprefix("\n") for name, value in form.form_values()}
    raise AssertionError(f"no form goes to {action}")


def page_links(response: Any) -> list[str]:
    return [str(found) for found in parse_page(response).xpath("//a/@href")]


def finish_exports(instance: SampleInstance, document: str) -> None:
    """Finish every standard export of the document, as the worker would."""
    with instance.write() as tx:
        for _, export in exports_store.list_by_document(tx, document):
            data = f"{export.format} in {export.lang}".encode()
            sha256 = instance.app_state.files.put(data)
            key = f"key of {export.format} {export.lang}"
            exports.finish_export(tx, export.id, key=key, sha256=sha256, size=len(data), format_=export.format)


def create_publication(instance: SampleInstance, document: str) -> str:
    """Publish as communications; return the id of the publication."""
    finish_exports(instance, document)
    with instance.write() as tx:
        return publications.publish(tx, instance.actor(tx, "reem"), document_id=document).id
