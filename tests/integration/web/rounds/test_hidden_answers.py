"""Answers that a round hides are nowhere to be found, and those it does not name are not named in public."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from service.actions.accounts import sign_in
from service.actions.authorization import authenticate
from service.actions.endorsement import rounds
from service.actions.endorsement.visible_answers import view_answers
from service.actions.membership import people as people_actions
from service.domain.endorsement.masking import COUNT_INTERVAL
from service.domain.endorsement.terms import COUNTED, OWN, RoundOptions
from service.domain.membership.people import Actor
from service.sample.document import DAY, TWO_THIRDS, load_actor
from service.store.db import Tx
from service.store.endorsement import rounds as rounds_store
from service.store.publication import notices as notices_store
from service.store.publication import seals as seals_store
from service.web.http.auth import SESSION_COOKIE
from tests.support.factories import (
    SampleInstance,
    cast_endorsement,
    close_round,
    create_document,
    cut_version,
    grant_all_mandates,
    move_to_review,
)
from tests.support.web_client import WebClient, create_publication, open_web_client, page_text

HIDDEN_RESERVATION = "نتحفّظ على المادة ١."
SIGN_ON = {"v": 1, "kind": "sign_on", "at_least": 2}


@pytest.fixture
def web_client(instance: SampleInstance) -> Iterator[WebClient]:
    yield from open_web_client(instance)


def open_hiding_round(instance: SampleInstance, *, rule: Mapping[str, Any] = TWO_THIRDS, **options: Any) -> str:
    grant_all_mandates(instance)
    document = create_document(instance)
    cut_version(instance, document)
    move_to_review(instance, document)
    with instance.write() as tx:
        return rounds.open_round(
            tx,
            instance.actor(tx, "salma"),
            document_id=document,
            version_number=1,
            closes_at=tx.now + DAY,
            rule=rule,
            options=RoundOptions(**options),
        )


def document_of(instance: SampleInstance, round_id: str) -> str:
    with instance.read() as tx:
        found = rounds_store.get(tx, round_id)
    assert found
    return found.document


def everything_read(client: WebClient, round_id: str, document: str, organisation: str) -> str:
    """Return all that a person reads about the round: pages, API, record."""
    pages = ("/", f"/rounds/{round_id}", f"/documents/{document}", f"/organisations/{organisation}", "/notices")
    calls = (f"rounds/{round_id}", f"rounds/{round_id}/endorsements", f"documents/{document}/rounds", "notices")
    read = [page_text(client.get(path)) for path in pages]
    read += [client.get(f"/api/v1/{path}").text for path in calls]
    return "\n".join(read)


def record_rows(client: WebClient) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = client.get(f"/api/v1/record?limit=100{cursor and f'&cursor={cursor}'}").json()
        rows += page["items"]
        cursor = page["next"]
    return rows


def test_asvs_43_hidden_answer_is_seen_by_its_organisation_and_the_secretariat(
    web_client: WebClient, instance: SampleInstance
) -> None:
    round_id = open_hiding_round(instance, visible_while_open=OWN)
    document, sindyan = document_of(instance, round_id), instance.members.organisations["sindyan"]
    sha256 = cast_endorsement(
        instance, round_id, "yusuf", "endorse_with_reservation", reservation={"ar": HIDDEN_RESERVATION}
    )
    traces = (HIDDEN_RESERVATION, sha256, "endorse_with_reservation")
    for who in ("huda", "jihan", "nabil", "reem"):
        read = everything_read(web_client.sign_in(who), round_id, document, sindyan)
        assert [trace for trace in traces if trace in read] == [], who
        assert "Endorses with a reservation" not in read, who
    own = everything_read(web_client.sign_in("lama"), round_id, document, sindyan)
    assert HIDDEN_RESERVATION in own and sha256 in own
    secretariat = everything_read(web_client.sign_in("salma"), round_id, document, sindyan)
    assert HIDDEN_RESERVATION in secretariat and sha256 in secretariat


def test_asvs_43_record_shows_neither_act_nor_time_while_answers_are_hidden(
    web_client: WebClient, instance: SampleInstance
) -> None:
    round_id = open_hiding_round(instance, visible_while_open=OWN)
    cast_endorsement(instance, round_id, "yusuf", "decline")
    before = [row for row in record_rows(web_client.sign_in("salma")) if '"round.open"' in (row["content"] or "")][-1]
    for who, own_rows in (("huda", 0), ("reem", 0), ("lama", 1)):
        hidden = [row for row in record_rows(web_client.sign_in(who)) if row["seq"] >= before["seq"]]
        readable = [row for row in hidden if row["content"]]
        assert len(readable) == own_rows, who
        assert all(row["salt"] is None and len(row["day"]) == 10 for row in hidden if not row["content"])
    close_round(instance, round_id)
    assert all(row["content"] for row in record_rows(web_client.sign_in("huda")))


def test_counts_wait_for_three_answers_and_quarter_hours(instance: SampleInstance) -> None:
    round_id = open_hiding_round(instance, visible_while_open=OWN)
    with instance.read() as tx:
        opened_at = rounds_store.get(tx, round_id).opened_at  # type: ignore[union-attr]
    times = {"yusuf": 60_000_000, "huda": 120_000_000, "nabil": COUNT_INTERVAL + 60_000_000}
    for who, later in times.items():
        cast_endorsement(instance, round_id, who, at=opened_at + later)

    def counted(at: int, who: str = "jihan") -> tuple[bool, int, int]:
        with instance.write(at=opened_at + at) as tx:
            found = rounds_store.get(tx, round_id)
            assert found
            view = view_answers(tx, instance.actor(tx, who), found)
            return view.too_few, view.outcome.have, len(view.outcome.endorsed)

    assert counted(COUNT_INTERVAL + 120_000_000) == (True, 0, 1), "two answers when last counted, and one's own"
    assert counted(2 * COUNT_INTERVAL - 1) == (True, 0, 1), "the third is not counted yet"
    assert counted(2 * COUNT_INTERVAL + 1) == (False, 3, 1)
    assert counted(COUNT_INTERVAL + 120_000_000, "salma") == (False, 3, 3), "the secretariat sees them at once"


def test_asvs_44_who_declined_or_abstained_is_nowhere_in_public(
    web_client: WebClient, instance: SampleInstance
) -> None:
    round_id = open_hiding_round(instance, rule={**SIGN_ON, "at_least": 1}, named_in_public=COUNTED)
    document = document_of(instance, round_id)
    cast_endorsement(instance, round_id, "yusuf")
    declined = cast_endorsement(instance, round_id, "huda", "decline")
    abstained = cast_endorsement(instance, round_id, "nabil", "abstain")
    close_round(instance, round_id)
    publication = create_publication(instance, document)
    with instance.read() as tx:
        seal = seals_store.get_by_document(tx, document)
        assert seal
        unnamed = {"two-banks": instance.members.organisations["two-banks"]}
        unnamed["integrity"] = instance.members.organisations["integrity"]
        names = [name for one in unnamed for name in _names(web_client, unnamed[one])]
        people = [one.id for one in instance.members.people.values()]
        mails = [one.body for id in people for _, one in notices_store.list_emails(tx, person_id=id, limit=100)]
    traces = [*unnamed.values(), *names, declined, abstained]
    public = {
        "page": web_client.get(f"/p/{publication}").text,
        "API": web_client.get(f"/api/v1/publications/{publication}").text,
        "seal": json.dumps(seal.content, ensure_ascii=False),
        "mails": "\n".join(mails),
    }
    found = {where: [one for one in traces if one in text] for where, text in public.items()}
    assert found == {where: [] for where in public}


def _names(web_client: WebClient, organisation: str) -> list[str]:
    found = web_client.sign_in("salma").get(f"/api/v1/organisations/{organisation}").json()["names"].values()
    web_client.client.cookies.clear()
    return list(found)


def test_asvs_44_observer_reads_who_endorses_and_counts(web_client: WebClient, instance: SampleInstance) -> None:
    round_id = open_hiding_round(instance, rule={**SIGN_ON, "at_least": 1}, named_in_public=COUNTED)
    endorsed = cast_endorsement(instance, round_id, "yusuf")
    cast_endorsement(instance, round_id, "huda", "decline")
    close_round(instance, round_id)
    headers = {"authorization": f"Bearer {add_observer(instance)}"}
    tally = web_client.get(f"/api/v1/rounds/{round_id}", **headers).json()["tally"]
    assert tally["endorsed"] == [instance.members.organisations["sindyan"]]
    assert (tally["declined"], tally["abstained"], tally["silent"], tally["have"]) == ([], [], [], 1)
    listed = web_client.get(f"/api/v1/rounds/{round_id}/endorsements", **headers).json()["items"]
    assert [one["statement_sha256"] for one in listed] == [endorsed]
    with instance.write() as tx:
        token = headers["authorization"].removeprefix("Bearer ")
        session = sign_in.start_session(tx, authenticated(tx, token), browser=sign_in.Browser())
    web_client.client.cookies.set(SESSION_COOKIE, session)
    page = page_text(web_client.get(f"/rounds/{round_id}"))
    assert "Does not endorse" not in page and page.count("Not shown") == 2


def add_observer(instance: SampleInstance) -> str:
    """Add a person who only observes and return their key."""
    with instance.write() as tx:
        observer = people_actions.add_person(
            tx,
            instance.actor(tx, "salma"),
            name="Observer",
            email="observer@one.example",
            organisation=None,
            lang="en",
            roles=("observer",),
        )
        return people_actions.issue_token(tx, load_actor(tx, observer), label="x", scopes=("read",)).token


def authenticated(tx: Tx, token: str) -> Actor:
    found = authenticate(tx, token=token, session=None)
    assert found
    return found
