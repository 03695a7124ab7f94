"""L15: the client behind proxies in the security log, at sign-in limits, and what the log says about a proxy."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import update
from starlette.testclient import TestClient

from service.domain.accounts.proxy_fault import NO_ADDRESS, NO_HEADERS, NO_SCHEME, NOT_NAMED, PLAIN_HTTP
from service.store.tables import coalition
from service.web.app import create_app
from tests.support.factories import SampleInstance

PUBLIC = "https://mithaq.example"
PROXY, ATTACKER, CLAIMED = "192.0.2.1", "203.0.113.66", "198.51.100.7"
DATABASES = ("sqlite",)


@contextmanager
def client_behind(instance: SampleInstance, *, trusted: str, peer: str = PROXY) -> Iterator[TestClient]:
    """Open a client whose connections come from `peer`, to an instance with a public address."""
    with instance.write() as tx:
        tx.connection.execute(update(coalition).values(origin=PUBLIC))
    settings = instance.app_state.settings.replace(trusted_proxies=trusted)
    app = create_app(replace(instance.app_state, settings=settings))
    with TestClient(app, base_url="http://mithaq.example", client=(peer, 50000)) as client:
        yield client


def security_lines(client: TestClient, caplog: pytest.LogCaptureFixture, headers: list[tuple[str, str]]) -> list[str]:
    """Return the addresses in the lines for fail2ban after a refused sign-in with these headers."""
    caplog.clear()
    form = {"email": "nobody@mithaq.example", "password": "not the right one at all"}
    given = [("origin", PUBLIC), ("accept-language", "en"), *headers]
    client.post("/sign-in", data=form, headers=given)
    lines = [record.getMessage() for record in caplog.records if record.name == "mithaq.security"]
    return [line.rpartition("client=")[2] for line in lines if "sign_in_failed" in line]


@pytest.mark.parametrize(
    ("headers", "client"),
    [
        ([("x-forwarded-for", ATTACKER)], ATTACKER),
        ([("x-forwarded-for", f"{CLAIMED}, {ATTACKER}")], ATTACKER),
        ([("x-forwarded-for", CLAIMED), ("x-forwarded-for", ATTACKER)], ATTACKER),
        ([("x-forwarded-for", f"{CLAIMED}, {ATTACKER}, 192.0.2.1")], ATTACKER),
        ([("x-forwarded-for", f"{ATTACKER}:40123")], ATTACKER),
        ([("x-forwarded-for", "[2001:db8::66]:40123")], "2001:db8::66"),
        ([("forwarded", f"for={CLAIMED}"), ("x-forwarded-for", ATTACKER)], ATTACKER),
        ([("forwarded", f"for={CLAIMED}"), ("x-real-ip", CLAIMED), ("client-ip", CLAIMED)], PROXY),
        ([("x-forwarded-for", "evil kind=refused client=10.0.0.1")], PROXY),
    ],
)
def test_asvs_15_client_cannot_choose_the_address_that_is_banned(
    instance: SampleInstance, caplog: pytest.LogCaptureFixture, headers: list[tuple[str, str]], client: str
) -> None:
    with client_behind(instance, trusted="192.0.2.0/24") as browser:
        assert security_lines(browser, caplog, headers) == [client]


def test_star_believes_the_last_address_only(instance: SampleInstance, caplog: pytest.LogCaptureFixture) -> None:
    with client_behind(instance, trusted="*") as browser:
        assert security_lines(browser, caplog, [("x-forwarded-for", f"{CLAIMED}, {ATTACKER}")]) == [ATTACKER]


@pytest.mark.parametrize("trusted", ["", "192.0.2.0/24"])
def test_untrusted_peer_is_the_client(instance: SampleInstance, caplog: pytest.LogCaptureFixture, trusted: str) -> None:
    with client_behind(instance, trusted=trusted, peer=ATTACKER) as browser:
        assert security_lines(browser, caplog, [("x-forwarded-for", CLAIMED)]) == [ATTACKER]


def test_forged_addresses_do_not_lift_the_limit_of_sign_ins(instance: SampleInstance) -> None:
    form = {"email": "huda@mithaq.example", "password": "not the right one at all"}
    with client_behind(instance, trusted="*") as browser:
        statuses = [
            browser.post(
                "/sign-in",
                data=form,
                headers={"origin": PUBLIC, "x-forwarded-for": f"198.51.100.{number}, {ATTACKER}"},
            ).status_code
            for number in range(11)
        ]
    assert statuses[-1] == 429


@pytest.mark.parametrize(
    ("trusted", "headers", "sentence"),
    [
        ("", {"x-forwarded-for": CLAIMED, "x-forwarded-proto": "https"}, NOT_NAMED),
        ("", {}, NO_HEADERS),
        (PROXY, {"x-forwarded-proto": "https"}, NO_ADDRESS),
        (PROXY, {"x-forwarded-for": CLAIMED}, NO_SCHEME),
        (PROXY, {"x-forwarded-for": CLAIMED, "x-forwarded-proto": "http"}, PLAIN_HTTP),
        (PROXY, {"x-forwarded-for": CLAIMED, "x-forwarded-proto": "https, http"}, PLAIN_HTTP),
        (PROXY, {"x-forwarded-for": CLAIMED, "x-forwarded-proto": "https"}, None),
        (PROXY, {"x-forwarded-for": CLAIMED, "x-forwarded-proto": "WSS"}, None),
    ],
)
def test_fault_of_a_proxy_is_one_line(
    instance: SampleInstance,
    caplog: pytest.LogCaptureFixture,
    trusted: str,
    headers: dict[str, str],
    sentence: str | None,
) -> None:
    expected = [sentence.format(origin=PUBLIC, peer=PROXY)] if sentence else []
    with client_behind(instance, trusted=trusted) as browser, caplog.at_level(logging.WARNING, "mithaq.proxy"):
        for _ in range(5):
            browser.get("/sign-in", headers=headers)
    assert [record.getMessage() for record in caplog.records if record.name == "mithaq.proxy"] == expected


@pytest.mark.parametrize(
    ("path", "host"), [("/health", "mithaq.example"), ("/ready", "10.0.0.7"), ("/", "evil.example")]
)
def test_monitoring_and_foreign_hosts_say_nothing_about_the_proxy(
    instance: SampleInstance, caplog: pytest.LogCaptureFixture, path: str, host: str
) -> None:
    with client_behind(instance, trusted="") as browser:
        browser.get("/sign-in", headers={"host": "evil.example"})  # the origin is known from here on
        for _ in range(2):
            browser.get(path, headers={"host": host})
    assert not [record for record in caplog.records if record.name == "mithaq.proxy"]


def test_redirect_has_the_scheme_of_the_stored_origin(instance: SampleInstance) -> None:
    with client_behind(instance, trusted=PROXY) as browser:
        for headers in ({}, {"x-forwarded-proto": "http"}, {"x-forwarded-proto": "ftp"}):
            response = browser.get("/sign-in/", headers=headers, follow_redirects=False)
            assert response.status_code == 307
            assert response.headers["location"] == f"{PUBLIC}/sign-in"
