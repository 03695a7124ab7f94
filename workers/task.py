"""What every task does: claim its row, work, write down how it ended. No transaction is open while it works."""

import logging
import os
from collections.abc import Callable
from functools import cache

from celery.exceptions import SoftTimeLimitExceeded

from service.config import Settings, secret
from service.domain.errors import N_, DomainError
from service.files import Files, FilesAway, open_files
from service.job_dispatch import Bell
from service.store import jobs as jobs_store
from service.store.db import Database, DatabaseAway, connect
from service.store.jobs import Claim

log = logging.getLogger(__name__)

PASSING = (OSError, SoftTimeLimitExceeded, DatabaseAway, FilesAway)
"""What may have gone by the next time: a full disk, a slow machine, a database or a file server that is away."""

INTERRUPTED = N_("The machine was out of breath or out of room. It was tried several times.")
WORKER_LOST = N_("The program that did this work ended without a word, several times. Tell the operator.")
BROKEN = N_("Something broke on our side. The operator finds it in the log.")


class NotDone(Exception):
    """The work ended without its effect: a stable code, and a sentence for people."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(f"{code}: {message}")


class TryAgain(NotDone):
    """It may go better later: a time-out, a full disk, a mail server that is away."""


class NotYet(NotDone):
    """It cannot even be tried before someone sets something up; it waits, and no attempt is counted."""


class GiveUp(NotDone):
    """It never will."""


GivenUp = Callable[["Tools", str, str, str], None]
"""Writes down that a ref is given up: (tools, ref, code, message)."""


class Tools:
    """What a worker process keeps open. One a process: made after the fork."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.database: Database = connect(settings.database)
        self.files: Files = open_files(settings.files)
        self.bell = Bell(settings.redis_url)
        self.secret = secret(settings)


def tools() -> Tools:
    """The tools of this process."""
    return _tools(os.getpid())


@cache
def _tools(_: int) -> Tools:
    return Tools(Settings.read())


def work(job_id: str, do: Callable[[Tools, str], None], *, given_up: GivenUp) -> None:
    """Claim the job and `do` it with its ref; someone else's claim, or a vanished row, is not ours to touch.

    What passes puts it back with back-off; after the last attempt, after a worker lost in it, and on any other error,
    `given_up` says so before the job is failed.
    """
    own = tools()
    with own.database.write(own.bell) as tx:
        claim = jobs_store.claim(tx, job_id, lease=own.settings.lease)
    if claim is None:
        log.info("job %s: someone else got there first, or there is no such job", job_id)
        return
    try:
        _attempt(own, claim, do)
    except NotYet as error:
        with own.database.write(own.bell) as tx:
            jobs_store.put_back(tx, claim, error=str(error))
    except TryAgain as error:
        _again(own, claim, error, given_up)
    except GiveUp as error:
        _give_up(own, claim, error, given_up)
    else:
        with own.database.write(own.bell) as tx:
            jobs_store.done(tx, claim)


def _attempt(own: Tools, claim: Claim, do: Callable[[Tools, str], None]) -> None:
    """One attempt. Raises nothing but NotDone."""
    if claim.spent:
        raise GiveUp("worker_lost", WORKER_LOST)
    try:
        do(own, claim.ref)
    except NotDone:
        raise
    except PASSING as error:
        log.warning("job %s (%s %s): %s", claim.id, claim.name, claim.ref, error)
        raise TryAgain("interrupted", INTERRUPTED) from error
    except DomainError as error:
        raise GiveUp(error.code, str(error).removeprefix(f"{error.code}: ")) from error
    except Exception as error:
        log.exception("job %s (%s %s) failed", claim.id, claim.name, claim.ref)
        raise GiveUp("internal", BROKEN) from error


def _again(own: Tools, claim: Claim, error: TryAgain, given_up: GivenUp) -> None:
    log.warning("job %s (%s %s) will be tried again: %s", claim.id, claim.name, claim.ref, error)
    with own.database.write(own.bell) as tx:
        queued = jobs_store.again(tx, claim, error=str(error))
    if not queued:
        _give_up(own, claim, error, given_up)


def _give_up(own: Tools, claim: Claim, error: NotDone, given_up: GivenUp) -> None:
    log.error("job %s (%s %s) is given up: %s", claim.id, claim.name, claim.ref, error)
    given_up(own, claim.ref, error.code, error.message)
    with own.database.write(own.bell) as tx:
        jobs_store.failed(tx, claim, error=str(error))
