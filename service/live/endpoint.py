"""The door: who comes is asked once, before anything is said; then their messages are taken one by one."""

import asyncio
import base64
import hashlib
import hmac
import logging
from collections.abc import Callable
from contextlib import suppress

from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from service.actions.drafts.live import Taken
from service.domain.errors import DomainError, Forbidden, Malformed, TooLarge, Unavailable
from service.i18n import Words, pick
from service.live import protocol
from service.live.connection import Key, Seat
from service.live.message_handlers import take
from service.live.room import Room
from service.live.room_registry import Rooms, closing
from service.store.db import DatabaseAway

log = logging.getLogger(__name__)

PATH = "/api/v1/documents/{document}/editions/{lang}/live"

Keys = Callable[[HTTPConnection], tuple[str | None, str | None]]
"""The token and the session of a connection; raises Forbidden for one that a foreign page opened."""


def routes(rooms: Rooms, *, keys: Keys, secret: bytes) -> list[WebSocketRoute]:
    """The one address of live writing."""
    return [WebSocketRoute(PATH, Door(rooms, keys=keys, secret=secret).meet)]


class Door:
    """What answers at PATH."""

    def __init__(self, rooms: Rooms, *, keys: Keys, secret: bytes) -> None:
        self._rooms = rooms
        self._keys = keys
        self._secret = secret

    async def meet(self, socket: WebSocket) -> None:
        """One connection, from its opening to its end."""
        lang = pick(socket.headers.get("accept-language"))
        try:
            token, session = self._keys(socket)
        except DomainError as error:
            said = {"code": error.code, "detail": Words(lang).error(error)}
            await socket.send_denial_response(JSONResponse(said, 403, media_type="application/problem+json"))
            return
        await socket.accept()
        key = Key(token, session, socket.path_params["document"], socket.path_params["lang"])
        try:
            guest = await self._rooms.admit(key)
        except DomainError as error:
            await _turned_away(socket, error, closing(error), lang=lang)
            return
        except DatabaseAway as error:
            log.error("nobody can be let in: %s", error)
            await _turned_away(socket, Unavailable("database_away"), 1012, lang=lang)
            return
        await self._seated(Seat(socket, guest, key, guest.actor.lang))

    async def _seated(self, seat: Seat) -> None:
        pump = asyncio.create_task(seat.pump())
        try:
            room = await self._joined(seat)
            try:
                await _until_either(pump, asyncio.create_task(_listen(room, seat)))
            finally:
                self._rooms.leave(room, seat)
        except DomainError as error:
            seat.refuse(error, closing(error))
        except DatabaseAway as error:
            log.error("draft %s cannot be shown: %s", seat.guest.draft, error)
        finally:
            seat.close(1012, "resync")
            await asyncio.wait([pump])

    async def _joined(self, seat: Seat) -> Room:
        """The room they sit in; a new one, if one ended at the moment they came."""
        while True:
            room = await self._rooms.of(seat.guest.draft)
            seat.guest = room.bounded(seat.guest)
            if await room.join(seat, lambda room: self._hello(seat, room)):
                return room

    def _hello(self, seat: Seat, room: Room) -> bytes:
        who = {"id": seat.person, **seat.user}
        why = {"code": seat.guest.why} if seat.guest.why else {}
        place = {"draft": room.draft, "epoch": room.inbox.epoch, "seq": room.inbox.seq}
        kept = base64.b64encode(self._keep_key(seat, room.draft)).decode()
        return protocol.control("hello", **place, mode=seat.guest.mode, **why, person=who, keep_key=kept)

    def _keep_key(self, seat: Seat, draft: str) -> bytes:
        """The key of what is kept on the device: the same for as long as the session lasts, and worth nothing after."""
        came_with = seat.key.session or seat.key.token or ""
        return hmac.digest(self._secret, f"mithaq.keep.v1\n{draft}\n{came_with}".encode(), hashlib.sha256)


async def _turned_away(socket: WebSocket, error: DomainError, code: int, *, lang: str) -> None:
    with suppress(RuntimeError):
        await socket.send_bytes(protocol.control("refused", code=error.code, sentence=Words(lang).error(error)))
        await socket.close(code, error.code)


async def _until_either(pump: asyncio.Task[None], listening: asyncio.Task[None]) -> None:
    await asyncio.wait([pump, listening], return_when=asyncio.FIRST_COMPLETED)
    listening.cancel()
    await asyncio.wait([listening])


async def _listen(room: Room, seat: Seat) -> None:
    """Take messages in order until they go or one is refused."""
    try:
        while not seat.is_closing:
            message = await seat.socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            data = message.get("bytes")
            if data is None:
                seat.close(1003, "text")
            elif await _paced(seat, data):
                await take(room, seat, data)
    except Taken as error:
        room.freeze([seat])
        seat.refuse(error, 1008)
    except DomainError as error:
        seat.refuse(error, _fault(error))
    except DatabaseAway as error:
        log.error("what came in draft %s was not taken: %s", room.draft, error)
        seat.close(1012, "resync")


async def _paced(seat: Seat, data: bytes) -> bool:
    """Whoever writes too fast waits, and so does what they send; of carets that move too fast some words are lost."""
    if data[:1] == bytes((protocol.AWARENESS,)):
        return not seat.glances.wait(spend=False)
    seat.active = True
    await asyncio.sleep(seat.words.wait())
    return True


def _fault(error: DomainError) -> int:
    """The code a connection is closed with because of what it sent."""
    if isinstance(error, TooLarge):
        return 1009
    return 1008 if isinstance(error, Forbidden) else 1007 if isinstance(error, Malformed) else 1012
