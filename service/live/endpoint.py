"""WebSocket endpoint: authenticate and authorise before anything is sent, then handle messages one by one."""

import asyncio
import base64
import hashlib
import hmac
import logging
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from service.actions.drafts.live import ClientIdConflict
from service.domain.errors import N_, DomainError, Forbidden, InvalidInput, RateLimited, TooLarge, Unavailable
from service.i18n import Translator, negotiate_language
from service.live import protocol
from service.live.connection import Credentials, LiveConnection
from service.live.message_handlers import handle_message
from service.live.room import Room
from service.live.room_registry import RoomRegistry, close_code
from service.store.db import DatabaseUnavailable

log = logging.getLogger(__name__)

PATH = "/api/v1/documents/{document}/editions/{lang}/live"

FORBIDDEN = 403
"""HTTP status of a refused handshake."""

MAX_SOCKETS = 20
"""Connections of one person to one process: texts in several windows and languages."""

ReadCredentials = Callable[[HTTPConnection], tuple[str | None, str | None]]
"""Returns API token and session of a connection. Raises Forbidden for a cross-origin one."""


def routes(rooms: RoomRegistry, *, read_credentials: ReadCredentials, secret: bytes) -> list[WebSocketRoute]:
    """Return the WebSocket route of live editing."""
    return [WebSocketRoute(PATH, LiveEndpoint(rooms, read_credentials=read_credentials, secret=secret).handle)]


class LiveEndpoint:
    """ASGI endpoint at PATH."""

    def __init__(self, rooms: RoomRegistry, *, read_credentials: ReadCredentials, secret: bytes) -> None:
        self._registry = rooms
        self._read_credentials = read_credentials
        self._secret = secret
        self._sockets: Counter[str] = Counter()

    async def handle(self, socket: WebSocket) -> None:
        """Serve one connection from handshake to close."""
        lang = negotiate_language(socket.headers.get("accept-language"))
        try:
            token, session = self._read_credentials(socket)
        except DomainError as error:
            problem = {"status": FORBIDDEN, "code": error.code, "detail": Translator(lang).error_message(error)}
            await socket.send_denial_response(JSONResponse(problem, FORBIDDEN, media_type="application/problem+json"))
            return
        await socket.accept()
        credentials = Credentials(token, session, socket.path_params["document"], socket.path_params["lang"])
        try:
            participant = await self._registry.admit(credentials)
        except DomainError as error:
            await _reject(socket, error, close_code(error), lang=lang)
            return
        except DatabaseUnavailable as error:
            log.error("a connection could not be authorised: %s", error)
            await _reject(socket, Unavailable("database_away"), 1012, lang=lang)
            return
        person = participant.actor.person
        if self._sockets[person] >= MAX_SOCKETS:
            await _reject(socket, _too_many_sockets(), 1013, lang=lang)
            return
        self._sockets[person] += 1
        try:
            await self._serve(LiveConnection(socket, participant, credentials, participant.actor.lang))
        finally:
            self._sockets[person] -= 1
            self._sockets += Counter()  # drops those without a connection

    async def _serve(self, connection: LiveConnection) -> None:
        sending = asyncio.create_task(connection.run_sender())
        try:
            room = await self._join_room(connection)
            try:
                await _wait_for_either(sending, asyncio.create_task(_receive_messages(room, connection)))
            finally:
                self._registry.leave(room, connection)
        except DomainError as error:
            connection.refuse(error, close_code(error))
        except DatabaseUnavailable as error:
            log.error("draft %s could not be opened: %s", connection.participant.draft, error)
        finally:
            connection.close(1012, "resync")
            await asyncio.wait([sending])

    async def _join_room(self, connection: LiveConnection) -> Room:
        """Join the room of the draft; retry with a new room if it closes during the attempt."""
        while True:
            room = await self._registry.get_or_open(connection.participant.draft)
            connection.participant = room.restrict(connection.participant)
            if await room.join(connection, lambda room: self._hello(connection, room)):
                return room

    def _hello(self, connection: LiveConnection, room: Room) -> bytes:
        person = {"id": connection.person, **connection.public_user}
        reason = {"code": connection.participant.read_only_code} if connection.participant.read_only_code else {}
        position = {"draft": room.draft, "epoch": room.replica.epoch, "seq": room.replica.seq}
        offline_key = base64.b64encode(self._offline_key(connection, room.draft)).decode()
        return protocol.control(
            "hello", **position, mode=connection.participant.mode, **reason, person=person, keep_key=offline_key
        )

    def _offline_key(self, connection: LiveConnection, draft: str) -> bytes:
        """Derive the key that encrypts unsent changes on the device.

        Only the signed-in person gets it, in any of their sessions: what was written before a session ended is sent
        after signing in again.
        """
        message = f"mithaq.keep.v2\n{draft}\n{connection.person}".encode()
        return hmac.digest(self._secret, message, hashlib.sha256)


def _too_many_sockets() -> RateLimited:
    return RateLimited(
        "too_many_connections", N_("You have texts open in too many windows. Close some, then reload this page.")
    )


async def _reject(socket: WebSocket, error: DomainError, code: int, *, lang: str) -> None:
    with suppress(RuntimeError):
        await socket.send_bytes(
            protocol.control("refused", code=error.code, sentence=Translator(lang).error_message(error))
        )
        await socket.close(code, error.code)


async def _wait_for_either(sending: asyncio.Task[None], listening: asyncio.Task[None]) -> None:
    await asyncio.wait([sending, listening], return_when=asyncio.FIRST_COMPLETED)
    listening.cancel()
    await asyncio.wait([listening])


async def _receive_messages(room: Room, connection: LiveConnection) -> None:
    """Handle messages in order until the client disconnects or a message is refused."""
    try:
        while not connection.is_closing:
            message = await connection.socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            data = message.get("bytes")
            if data is None:
                connection.close(1003, "text")
            elif await _apply_rate_limit(connection, data):
                await handle_message(room, connection, data)
    except ClientIdConflict as error:
        room.freeze([connection])
        connection.refuse(error, 1008)
    except DomainError as error:
        connection.refuse(error, _close_code_of(error))
    except DatabaseUnavailable as error:
        log.error("a message in draft %s could not be handled: %s", room.draft, error)
        connection.close(1012, "resync")


async def _apply_rate_limit(connection: LiveConnection, data: bytes) -> bool:
    """Delay updates over the limit (back pressure); drop awareness messages over theirs. False: dropped."""
    if data[:1] == bytes((protocol.AWARENESS,)):
        return not connection.awareness_limit.wait(spend=False)
    connection.is_active = True
    await asyncio.sleep(connection.update_limit.wait())
    return True


def _close_code_of(error: DomainError) -> int:
    """Return the WebSocket close code (RFC 6455 §7.4.1) for an error caused by a message."""
    if isinstance(error, TooLarge):
        return 1009
    return 1008 if isinstance(error, Forbidden) else 1007 if isinstance(error, InvalidInput) else 1012
