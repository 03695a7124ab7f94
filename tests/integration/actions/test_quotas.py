"""Quotas: what one account may have waiting and do within an hour, and that a small coalition is never held up."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import pytest

from service.actions import quotas
from service.actions.documents import documents, word_import
from service.actions.documents.documents import InitialText
from service.actions.membership import csv_import, organisations, people
from service.actions.publication import exports
from service.domain.errors import RateLimited
from service.domain.membership.people import Actor
from service.domain.publication.export import ExportSpec
from service.domain.quotas import (
    DEFAULT_HOURLY,
    DOCUMENTS,
    EXPORTS,
    HOUR,
    IMPORTS,
    INVITATIONS,
    KEYS,
    ORGANISATIONS,
    OUTSTANDING,
    UPLOADS,
)
from service.store.db import Tx, now_us
from service.store.publication import exports as exports_store
from service.store.publication import seals as seals_store
from tests.support.factories import (
    SampleInstance,
    create_document,
    create_invitation,
    create_sealed_document,
    open_round_with_document,
)
from tests.support.word_files import build_document

WORD_FILE = build_document(lambda document: document.add_paragraph("x"))


@contextmanager
def limited(instance: SampleInstance, *, at: int | None = None, **limits: int) -> Iterator[Tx]:
    """Open a write transaction with these limits an hour."""
    database = replace(instance.database, hourly_limits=limits)
    with database.write(instance.dispatcher, **({} if at is None else {"clock": lambda: at})) as tx:
        yield tx


def invite(tx: Tx, actor: Actor, number: int) -> None:
    create_invitation(tx, actor, organisation=actor.organisation, email=f"unknown{number}@x.example")


def add_organisation(tx: Tx, actor: Actor, number: int) -> None:
    organisations.add_organisation(tx, actor, names={"en": f"Organisation {number}"})


def open_document(tx: Tx, actor: Actor, number: int) -> None:
    documents.open_document(
        tx,
        actor,
        kind="statement",
        issued_by="coalition",
        authentic=["en"],
        editions={"en": InitialText(f"Title {number}", "Text.\n")},
        front={},
    )


HOURLY: dict[str, tuple[str, Callable[[Tx, Actor, int], None]]] = {
    INVITATIONS: ("lama", invite),
    ORGANISATIONS: ("salma", add_organisation),
    DOCUMENTS: ("lama", open_document),
}


@pytest.mark.parametrize("name", HOURLY)
def test_asvs_5_hourly_quota_is_refused_with_the_time_and_opens_again(instance: SampleInstance, name: str) -> None:
    who, act = HOURLY[name]
    open_round_with_document(instance)
    start = now_us() + 10 * HOUR
    for number in range(2):
        with limited(instance, at=start + number, **{name: 2}) as tx:
            act(tx, instance.actor(tx, who), number)
    with pytest.raises(RateLimited) as refused, limited(instance, at=start + HOUR // 2, **{name: 2}) as tx:
        act(tx, instance.actor(tx, who), 2)
    assert refused.value.code == "quota_reached"
    assert refused.value.extra["quota"] == name
    assert refused.value.extra["limit"] == 2
    assert refused.value.params["minutes"] in (30, 31)
    again_at = refused.value.extra["again_at"]
    assert isinstance(again_at, int)
    with limited(instance, at=again_at + 1, **{name: 2}) as tx:
        act(tx, instance.actor(tx, who), 3)


@pytest.mark.parametrize("name", HOURLY)
def test_without_a_setting_there_is_no_hourly_limit(instance: SampleInstance, name: str) -> None:
    who, act = HOURLY[name]
    open_round_with_document(instance)
    for number in range(4):
        with limited(instance) as tx:
            act(tx, instance.actor(tx, who), number)


def test_secretariat_sets_up_a_coalition_in_one_go(instance: SampleInstance) -> None:
    """Before the first round nothing that the secretariat does is limited; what a member does is."""
    for number in range(5):
        with limited(instance, **dict.fromkeys(DEFAULT_HOURLY, 2)) as tx:
            salma = instance.actor(tx, "salma")
            add_organisation(tx, salma, number)
            create_invitation(tx, salma, organisation=None, email=f"person{number}@x.example", roles=("observer",))
    with pytest.raises(RateLimited):
        for number in range(3):
            with limited(instance, **{INVITATIONS: 2}) as tx:
                invite(tx, instance.actor(tx, "lama"), number)


def test_table_import_is_not_limited(instance: SampleInstance) -> None:
    open_round_with_document(instance)
    table = "organisation_ar,organisation_en\n" + "".join(f"منظمة {n},Organisation {n}\n" for n in range(10))
    with limited(instance, **{ORGANISATIONS: 1}) as tx:
        assert len(csv_import.apply_import(tx, instance.actor(tx, "salma"), text=table).organisations) == 10


def bring(instance: SampleInstance, document: str, *, who: str = "lama", uploads: int = 100) -> str:
    with limited(instance, **{UPLOADS: uploads}) as tx:
        actor = instance.actor(tx, who)
        return word_import.add_import(tx, actor, document_id=document, lang="ar", data=WORD_FILE)


def test_asvs_5_word_files_that_wait_are_limited_until_one_is_read(instance: SampleInstance) -> None:
    document = create_document(instance)
    first, *_ = [bring(instance, document) for _ in range(OUTSTANDING[IMPORTS])]
    with pytest.raises(RateLimited) as refused:
        bring(instance, document)
    assert refused.value.extra == {"quota": IMPORTS, "limit": OUTSTANDING[IMPORTS], "left": 0}
    bring(instance, document, who="jihan")
    with instance.write() as tx:
        word_import.fail_reading(tx, first, code="word_file_empty", message="")
    bring(instance, document)


def test_word_files_of_an_hour_are_limited(instance: SampleInstance) -> None:
    document = create_document(instance)
    for _ in range(2):
        import_id = bring(instance, document, uploads=2)
        with instance.write() as tx:
            word_import.fail_reading(tx, import_id, code="word_file_empty", message="")
    with pytest.raises(RateLimited) as refused:
        bring(instance, document, uploads=2)
    assert refused.value.extra["quota"] == UPLOADS


def test_uploads_at_the_same_time_do_not_pass_the_quota(instance: SampleInstance) -> None:
    drafts = [create_document(instance) for _ in range(6)]

    def attempt(document: str) -> bool:
        try:
            bring(instance, document)
        except RateLimited:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(attempt, drafts)) == OUTSTANDING[IMPORTS]


def test_keys_are_limited(instance: SampleInstance) -> None:
    with instance.write() as tx:
        lama = instance.actor(tx, "lama")
        used = quotas.list_usage(tx, lama)[KEYS].used
        issued = [
            people.issue_token(tx, lama, label=str(number), scopes=("read",))
            for number in range(OUTSTANDING[KEYS] - used)
        ]
        with pytest.raises(RateLimited):
            people.issue_token(tx, lama, label="more", scopes=("read",))
        people.revoke_token(tx, lama, token=issued[0].id)
        people.issue_token(tx, lama, label="again", scopes=("read",))


def test_unfinished_exports_are_limited_and_asking_again_is_not(instance: SampleInstance) -> None:
    document = create_sealed_document(instance)
    with instance.write() as tx:
        salma = instance.actor(tx, "salma")
        seal = seals_store.get_by_document(tx, document)
        assert seal
        for number in range(OUTSTANDING[EXPORTS]):
            spec = ExportSpec("pdf", "ar", number + 1)
            exports_store.add(tx, id=tx.new_id("exp"), document=document, seal=seal.id, edition=spec, by=salma.person)
    with instance.write() as tx:
        exports.request_export(tx, salma, document_id=document, format_="docx", lang="ar")
        tx.connection.exec_driver_sql("UPDATE export SET state = 'failed' WHERE requested_by IS NULL")
        with pytest.raises(RateLimited) as refused:
            exports.request_export(tx, salma, document_id=document, format_="docx", lang="ar")
    assert refused.value.extra["quota"] == EXPORTS


def test_what_is_left_is_listed(instance: SampleInstance) -> None:
    open_round_with_document(instance)
    document = create_document(instance)
    bring(instance, document)
    with limited(instance, **{UPLOADS: 5}) as tx:
        usage = quotas.list_usage(tx, instance.actor(tx, "lama"))
    assert (usage[IMPORTS].left, usage[UPLOADS].left) == (OUTSTANDING[IMPORTS] - 1, 4)
    assert INVITATIONS not in usage
