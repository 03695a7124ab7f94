"""Password hashing before the write transaction of a form, so that it does not hold the write lock.

It has a few threads of its own, and a bounded number of requests wait for them, so that it never holds those of pages.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import cast

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from service.actions.accounts.passwords import HashingRequest, HashingResult, verify_and_hash
from service.domain.errors import N_, Unavailable
from service.web.http.app_state import AppState
from service.web.http.context import BeforeWrite, Form, RequestContext, build_context

THREADS = 2
"""Hashes computed at the same time in this process: 19 MiB and 40 ms each."""

MAX_WAITING = 40
"""Requests that wait for a thread, less than a second; further ones are refused at once."""


class HashingPool:
    """Verifies and hashes passwords in THREADS threads, which serve nothing else; `pending` requests have a place."""

    def __init__(self, *, threads: int = THREADS, max_waiting: int = MAX_WAITING) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="hashing")
        self._max_pending = threads + max_waiting
        self.pending = 0

    async def run(self, request: HashingRequest) -> HashingResult:
        """Verify and hash; nothing to do takes no place. Raises Unavailable `too_busy` if too many wait."""
        if request.candidate is None and request.new_password is None:
            return HashingResult()
        if self.pending >= self._max_pending:
            raise Unavailable("too_busy", N_("Too many people are signing in. Try again in a minute."))
        self.pending += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, verify_and_hash, request)
        finally:
            self.pending -= 1


def hash_before_write(request_for: Callable[[RequestContext, Form], HashingRequest]) -> BeforeWrite:
    """Return a hook that calls `request_for` in a read transaction, then verifies and hashes outside of it.

    Waiting for a free slot takes no thread. Raises Unavailable `too_busy`.
    """

    def prepare(request: Request, form: Form) -> HashingRequest:
        app_state = cast(AppState, request.app.state.app_state)
        with app_state.database.read() as tx:
            return request_for(build_context(request, app_state, tx), form)

    async def before(request: Request, form: Form) -> None:
        pool = cast(HashingPool, request.app.state.hashing_pool)
        request.state.hashed = await pool.run(await run_in_threadpool(prepare, request, form))

    return before


def hashing_result(context: RequestContext) -> HashingResult:
    """Return the result of the hashing for this request."""
    return cast(HashingResult, context.request.state.hashed)
