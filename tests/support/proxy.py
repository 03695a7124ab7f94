"""One port before several web servers: each connection goes to the next one that accepts, as with the real proxy.

`cut` and `restore` are a line that goes down and comes back: what a browser cannot tell from the real thing.
"""

import asyncio
import itertools
import ssl
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress

CONNECT_TIMEOUT = 5.0
"""Seconds; lb_try_duration in docker-compose.yml."""


class RoundRobinProxy:
    """Listens on `port` of this machine from `start` to `stop`."""

    def __init__(
        self,
        port: int,
        upstreams: Sequence[int],
        *,
        tls: ssl.SSLContext | None = None,
        edit: Callable[[list[str]], list[str]] | None = None,
    ) -> None:
        """`edit` changes the header lines of the first request of each connection."""
        self.port = port
        self._tls, self._edit = tls, edit
        self._upstreams = itertools.cycle(upstreams)
        self._count = len(upstreams)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._ready = threading.Event()
        self._stopping = asyncio.Event()
        self._is_cut = False
        self._connections: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    def start(self) -> None:
        self._thread.start()
        assert self._ready.wait(10)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()

    def cut(self) -> None:
        """Drop all connections; drop new ones at once, until `restore`."""
        asyncio.run_coroutine_threadsafe(self._cut(), self._loop).result()

    def restore(self) -> None:
        self._is_cut = False

    async def _cut(self) -> None:
        self._is_cut = True
        for connection, writer in self._connections.items():
            connection.cancel()
            writer.transport.abort()
        await asyncio.gather(*self._connections, return_exceptions=True)

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._accept, "127.0.0.1", self.port, ssl=self._tls)
        self._ready.set()
        await self._stopping.wait()
        server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            writer.transport.abort()
            return
        connection = asyncio.ensure_future(self._forward(reader, writer))
        self._connections[connection] = writer
        with suppress(asyncio.CancelledError):
            await asyncio.wait([connection])
        connection.cancel()
        del self._connections[connection]

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            upstream = await self._connect_upstream()
            if upstream is None:
                writer.close()
                return
            if self._edit:
                upstream[1].write(_edit_head(await reader.readuntil(b"\r\n\r\n"), self._edit))
            directions = (_copy_stream(reader, upstream[1]), _copy_stream(upstream[0], writer))
            await asyncio.gather(*directions)

    async def _connect_upstream(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        until = self._loop.time() + CONNECT_TIMEOUT
        while self._loop.time() < until:
            for _ in range(self._count):
                with suppress(OSError):
                    return await asyncio.open_connection("127.0.0.1", next(self._upstreams))
            await asyncio.sleep(0.05)
        return None


def _edit_head(head: bytes, edit: Callable[[list[str]], list[str]]) -> bytes:
    request, *lines = head.decode().removesuffix("\r\n\r\n").split("\r\n")
    return "\r\n".join([request, *edit(lines), "", ""]).encode()


async def _copy_stream(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()
