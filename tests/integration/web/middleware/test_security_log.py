"""ASVS 56: failed sign-ins, refusals and changes of power are logged; a flood cannot fill the log."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.requests import HTTPConnection

from service.actions.accounts.security_log import EventCount, EventKey, write_events
from service.domain.accounts.security_event import CHANGE_OF_POWER, KINDS, REFUSED, SECURITY_LOG_RETENTION
from service.store.accounts import security_events as security_events_store
from service.web.account.security_log import KINDS as LABELS
from service.web.middleware.security_log import MAX_KEYS, MAX_LINES, SecurityLog
from tests.integration.web.asgi_requests import state_of
from tests.support.factories import SampleInstance, create_document
from tests.support.web_client import WebClient, open_web_client, page_text

LAMA = "lama@sindyan.example"


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def events(web_client: WebClient) -> list[tuple[str, dict[str, Any]]]:
    """Return (kind, columns) of what is logged by now, oldest first."""
    log: SecurityLog = state_of(web_client.client.app).security_log
    log.flush()
    with web_client.instance.read() as tx:
        rows = tx.connection.exec_driver_sql("SELECT * FROM security_event ORDER BY seq").mappings().all()
    return [(row["kind"], {**row, "detail": json.loads(row["detail"])}) for row in rows]


def connection(client: str, **state: object) -> HTTPConnection:
    return HTTPConnection({"type": "http", "headers": [], "client": (client, 1), "state": state})


def test_asvs_56_failed_sign_ins_are_logged_without_addresses(web_client: WebClient) -> None:
    for number in range(3):
        web_client.post("/sign-in", {"email": f"Nobody{number}@mithaq.example", "password": "not this one"})
    rows = [row for kind, row in events(web_client) if kind == "sign_in_failed"]
    assert sum(row["detail"]["count"] for row in rows) == 3 and len(rows) <= 2
    assert rows[0]["detail"]["code"] == "wrong_password"
    assert "nobody" not in str(rows).lower() and "mithaq.example" not in str(rows)


def test_same_address_is_recognised_by_a_keyed_digest(web_client: WebClient) -> None:
    digests = set()
    for address in (LAMA, f" {LAMA.upper()}", "other@mithaq.example"):
        web_client.post("/sign-in", {"email": address, "password": "not this one"})
        digests |= {row["subject"] for _, row in events(web_client)}
    assert len(digests) == 2 and all(len(digest) == 16 for digest in digests)


@pytest.mark.parametrize(
    ("client", "network"),
    [("203.0.113.7", "203.0.113.0/24"), ("2001:db8:1:2::3", "2001:db8:1::/48"), ("testclient", "")],
)
def test_networks_are_truncated(instance: SampleInstance, client: str, network: str) -> None:
    log = SecurityLog(instance.app_state)
    log.note(connection(client), "refused")
    log.flush()
    with instance.read() as tx:
        assert [one.network for one in security_events_store.list_newest(tx, limit=5)] == [network]


def test_asvs_56_refusals_of_members_name_them(web_client: WebClient, instance: SampleInstance) -> None:
    web_client.sign_in("yusuf")
    assert web_client.post("/people", {"name_en": "Rana", "email": "rana@x.example"}).status_code == 403
    assert web_client.get("/invitations").status_code in (200, 403)
    (found,) = [row for kind, row in events(web_client) if kind == REFUSED and row["detail"]["code"] == "forbidden"][:1]
    assert found["person"] == instance.members.people["yusuf"].id


def test_changes_of_power_name_act_and_person(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance)
    web_client.sign_in("salma")
    form = {"person": instance.members.people["yusuf"].id, "role": "drafter"}
    assert web_client.post(f"/documents/{document}/people", form).status_code == 303
    (found,) = [row for kind, row in events(web_client) if kind == CHANGE_OF_POWER]
    assert (found["detail"]["code"], found["person"]) == ("role.grant", instance.members.people["salma"].id)


def test_ordinary_work_is_not_logged(web_client: WebClient, instance: SampleInstance) -> None:
    document = create_document(instance, texts={"en": "A text.\n"})
    web_client.sign_in("lama")
    for path in ("/", f"/documents/{document}", "/nowhere", "/documents/doc_none"):
        web_client.get(path)
    assert events(web_client) == []


@pytest.mark.parametrize(
    ("path", "headers", "kind"),
    [
        ("/language", {"sec-fetch-site": "cross-site"}, "foreign_origin"),
        ("/language", {"host": "evil.example"}, "foreign_host"),
        ("/api/v1/documents", {"authorization": "Bearer mtq_none"}, "key_unknown"),
        ("/sign-in", {"origin": "http://localhost"}, "sign_in_failed"),
    ],
)
def test_refusals_without_a_session_are_logged(
    web_client: WebClient, path: str, headers: dict[str, str], kind: str
) -> None:
    web_client.client.post(path, data={"key": "mtq_none"}, headers=headers)
    assert [found for found, _ in events(web_client)] == [kind]


def test_flood_from_many_networks_writes_few_rows_and_lines(
    instance: SampleInstance, caplog: pytest.LogCaptureFixture
) -> None:
    log = SecurityLog(instance.app_state)
    with caplog.at_level(logging.WARNING):
        for number in range(5000):
            log.note(connection(f"10.{number // 250}.{number % 250}.1"), "sign_in_failed", subject=f"a{number}@b.cd")
    log.flush()
    with instance.read() as tx:
        rows = security_events_store.list_newest(tx, limit=1000)
    assert len(rows) <= MAX_KEYS + 2 and sum(int(str(row.detail["count"])) for row in rows) == 5000
    assert len(caplog.records) <= 20 * MAX_LINES


def test_line_for_fail2ban_has_a_stable_form(web_client: WebClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            web_client.post("/sign-in", {"email": LAMA, "password": "not this one"})
    lines = [one.getMessage() for one in caplog.records if one.name == "mithaq.security"]
    assert lines == ["mithaq-security kind=sign_in_failed client=testclient"] * 3


def test_flood_of_refusals_does_not_push_out_changes_of_power(
    instance: SampleInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(security_events_store, "MAX_ROWS", 10)
    with instance.write() as tx:
        write_events(tx, [(EventKey(0, CHANGE_OF_POWER, "", detail="role.grant"), EventCount(tx.now, 1))])
        write_events(tx, [(EventKey(n, REFUSED, ""), EventCount(tx.now, 1)) for n in range(50)])
        kept = security_events_store.list_newest(tx, limit=1000)
    assert len(kept) == 11 and kept[-1].kind == CHANGE_OF_POWER


def test_events_end_after_their_time(instance: SampleInstance) -> None:
    with instance.write() as tx:
        old = tx.now - SECURITY_LOG_RETENTION - 1
        write_events(
            tx, [(EventKey(0, REFUSED, ""), EventCount(old, 1)), (EventKey(1, REFUSED, ""), EventCount(tx.now, 1))]
        )
        assert len(security_events_store.list_newest(tx, limit=10)) == 1


@pytest.mark.parametrize(("who", "status"), [("salma", 200), ("lama", 403), ("yusuf", 403)])
def test_page_is_for_auditors_and_the_secretariat(web_client: WebClient, who: str, status: int) -> None:
    web_client.sign_in(who)
    assert web_client.get("/security").status_code == status
    assert web_client.get("/api/v1/security-events").status_code == status


def test_page_and_api_show_the_newest_first(web_client: WebClient) -> None:
    web_client.post("/sign-in", {"email": LAMA, "password": "not this one"})
    events(web_client)
    web_client.sign_in("salma")
    assert "Sign-in failed" in page_text(web_client.get("/security"))
    (item,) = web_client.get("/api/v1/security-events").json()["items"]
    assert (item["kind"], item["code"], item["count"]) == ("sign_in_failed", "wrong_password", 1)


def test_every_kind_has_a_label() -> None:
    assert set(LABELS) == set(KINDS)
