"""Live editing × people of the sample × states of a document: who may enter, and what each message may do.

Every message type that a client sends has a line in MESSAGES; a new type without a line fails.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest

from service.actions.documents import documents
from service.domain.crdt.text_edits import Edit
from service.domain.documents.document import DRAFTING
from service.domain.policy import Resource, can_see_document, may
from service.live import protocol
from service.store.documents import documents as documents_store
from tests.integration.live.conftest import LiveServer
from tests.support.factories import SampleInstance, create_document, cut_version, move_to_review, open_round
from tests.support.ws_clients import WsClient, run_in_thread

DATABASES = ("sqlite",)

VISITORS = ("", "salma", "lama", "yusuf", "nabil", "reem")
"""An outsider, and people of the sample: secretariat, drafter, signatory, focal point, communications."""

STATES = ("drafting", "reviewed", "asked", "withdrawn")

WRITES, READS = "draft.save", "draft.read"

SENT_BY_THE_SERVER = {protocol.ACK, protocol.CONTROL}


@dataclass(frozen=True)
class LiveMessage:
    """The verb that a message needs, and the message as a client sends it."""

    verb: str
    build: Callable[[WsClient], bytes]


def add_a_letter(client: WsClient) -> bytes:
    end = len(client.text)
    return client.replica.splice([Edit(end, end, "x")])


def caret(client: WsClient) -> bytes:
    return protocol.awareness(
        [protocol.AwarenessEntry(client.replica.client_id, 1, json.dumps({"cursor": None}).encode())]
    )


def digest(client: WsClient) -> bytes:
    sha256 = hashlib.sha256(client.text.encode()).digest()
    return bytes((protocol.HASH,)) + protocol.chunk(client.replica.state_vector()) + protocol.chunk(sha256)


MESSAGES: Mapping[str, LiveMessage] = {
    "SYNC STEP_1": LiveMessage(READS, lambda one: protocol.step_1(one.replica.state_vector())),
    "SYNC STEP_2": LiveMessage(WRITES, lambda one: protocol.step_2(add_a_letter(one))),
    "SYNC UPDATE": LiveMessage(WRITES, lambda one: protocol.update(add_a_letter(one))),
    "AWARENESS": LiveMessage(READS, caret),
    "HASH": LiveMessage(READS, digest),
}


def put_into_state(instance: SampleInstance, document: str, state: str) -> None:
    if state in ("reviewed", "asked"):
        cut_version(instance, document)
        move_to_review(instance, document)
    if state == "asked":
        open_round(instance, document)
    if state == "withdrawn":
        with instance.write() as tx:
            actor = instance.actor(tx, "salma")
            documents.change_state(tx, actor, document_id=document, to_state="withdrawn", note="Given up.")


def allows(instance: SampleInstance, visitor: str, verb: str, document: str) -> bool:
    with instance.read() as tx:
        if not visitor:
            return False
        actor, found = instance.actor(tx, visitor), documents_store.get(tx, document)
        assert found
        seen = can_see_document(actor, document=found.id, state=found.state, ever_shared=found.ever_shared)
        thing = Resource(found.id, found.state, found.ever_shared, actor.organisation)
        return seen and may(actor, verb, thing) and (verb != WRITES or found.state == DRAFTING)


async def is_obeyed(client: WsClient, message: LiveMessage) -> bool:
    """Send a message; return whether the connection goes on, False if it was ended for lack of rights."""
    await client.connect()
    await client.wait_for(lambda: client.ready)
    await client.send(message.build(client))
    await client.send(protocol.step_1(client.replica.state_vector()))
    row_asked = len(client.messages_of("refused"))
    client.ready = False
    await client.wait_for(lambda: client.ready or client.closed is not None)
    if client.closed is None:
        await client.close()
        return True
    assert (client.closed, client.messages_of("refused")[row_asked]["code"]) == (1008, "reading_only")
    return False


def test_every_message_of_a_client_has_a_line() -> None:
    types = {name for name in ("SYNC", "AWARENESS", "ACK", "CONTROL", "HASH") if hasattr(protocol, name)}
    values = {getattr(protocol, name) for name in types}
    declared = {value for name, value in vars(protocol).items() if name.isupper() and isinstance(value, int)}
    kinds = {protocol.STEP_1, protocol.STEP_2, protocol.UPDATE}
    assert declared <= values | kinds
    assert {name.split()[0] for name in MESSAGES} == {
        name for name in types if getattr(protocol, name) not in SENT_BY_THE_SERVER
    }


@pytest.mark.parametrize("state", STATES)
def test_rights_in_a_room_are_those_of_the_policy(live_server: LiveServer, state: str) -> None:
    instance = live_server.instance
    document = create_document(instance)
    put_into_state(instance, document, state)

    def client(visitor: str) -> WsClient:
        token = instance.token(visitor) if visitor else "mtq_nobody"
        return WsClient(live_server.ws_url(document), token=token)

    async def scenario() -> None:
        for visitor in VISITORS:
            if not allows(instance, visitor, READS, document):
                outsider = client(visitor)
                await outsider.connect()
                assert await outsider.wait_until_closed() in (4401, 4403, 4404), visitor
                assert outsider.text == ""
                continue
            for name, message in MESSAGES.items():
                wanted = allows(instance, visitor, message.verb, document)
                assert await is_obeyed(client(visitor), message) == wanted, (visitor, name)

    run_in_thread(scenario())
