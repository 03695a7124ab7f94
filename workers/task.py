"""The job runner of every task: claim the job's row, do the work, store the result.

No transaction is open during the work.
"""

import logging
import os
import threading
from collections.abc import Callable
from functools import cache

from celery.exceptions import SoftTimeLimitExceeded

from service.config import Settings
from service.domain.errors import N_, DomainError
from service.domain.publication.render_failure import RenderFailure
from service.files import FileStore, FilesUnreachable, open_file_store
from service.job_dispatch import JobDispatcher
from service.logs.back_off import Outage
from service.logs.redaction import scrub
from service.logs.request_id import use_request_id
from service.secret_key import load_secret
from service.store import jobs as jobs_store
from service.store.db import Database, DatabaseUnavailable, connect
from service.store.jobs import Claim

log = logging.getLogger(__name__)
finished_jobs_log = logging.getLogger("workers.jobs")

TRANSIENT_ERRORS = (OSError, SoftTimeLimitExceeded, DatabaseUnavailable, FilesUnreachable)
"""Errors that may be gone at the next attempt: a full disk, a slow machine, an unreachable database or file store."""

INTERRUPTED = N_("The server was busy or full. We tried several times.")
WORKER_LOST = N_("The program stopped without a message, several times. Tell your administrator.")
INTERNAL_ERROR = N_("Something went wrong on our side. Your administrator can find it in the log.")


class JobError(Exception):
    """A job that ended without its effect: a stable code, and a sentence for people.

    `quotes_input`: the sentence contains what people wrote; only the code is then logged and stored with the job.
    `failure` says where a rendering failed, which quotes the text too and is never logged.
    """

    def __init__(
        self, code: str, message: str, *, quotes_input: bool = False, failure: RenderFailure | None = None
    ) -> None:
        self.code, self.message = code, message
        self.failure = failure or RenderFailure(code, message)
        super().__init__(code if quotes_input else f"{code}: {message}")


class RetryableJobError(JobError):
    """An error that may pass: a timeout, a full disk, a mail server that does not respond."""


class JobNotReady(JobError):
    """A job that cannot be tried until the operator configures something. It waits, and no attempt is counted."""


class PermanentJobError(JobError):
    """An error that no retry will cure."""


_context_lock = threading.Lock()

FailureHandler = Callable[["WorkerContext", str, JobError], None]
"""Stores that a job has failed for good: called with (context, ref, error)."""


class WorkerContext:
    """The resources of one worker process, created after the fork."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.database: Database = connect(settings.resolved_database_url, outage=Outage(log, "The database"))
        self.files: FileStore = open_file_store(settings.resolved_files_url)
        self.dispatcher = JobDispatcher(settings.redis_url.get_secret_value())
        self.secret = load_secret(settings)


def worker_context() -> WorkerContext:
    """Return the resources of this process, which its threads share."""
    with _context_lock:
        return _cached_context(os.getpid())


@cache
def _cached_context(_: int) -> WorkerContext:
    return WorkerContext(Settings.load())


def run_job(job_id: str, perform: Callable[[WorkerContext, str], None], *, on_failure: FailureHandler) -> None:
    """Claim a job and call `perform` with its ref.

    Returns at once if the row is gone or another worker holds its lease. A RetryableJobError queues the job again with
    back-off; after the last attempt, after a worker was lost during it, and on any other error, `on_failure` is called
    and the job is marked as failed.
    """
    context = worker_context()
    with context.database.write(context.dispatcher) as tx:
        claim = jobs_store.claim(tx, job_id, lease=context.settings.job_lease)
    if claim is None:
        log.info("job %s: claimed by another worker, finished, or deleted", job_id)
        return
    with use_request_id(claim.request or claim.id):
        _run_claimed(context, claim, perform, on_failure)


def _run_claimed(
    context: WorkerContext, claim: Claim, perform: Callable[[WorkerContext, str], None], on_failure: FailureHandler
) -> None:
    """Make one attempt, and store how it ended. Lines of the log carry the id of the request that queued the job."""
    try:
        _attempt(context, claim, perform)
    except JobNotReady as error:
        with context.database.write(context.dispatcher) as tx:
            jobs_store.postpone(tx, claim, error=scrub(str(error)))
    except RetryableJobError as error:
        _retry(context, claim, error, on_failure)
    except PermanentJobError as error:
        _fail(context, claim, error, on_failure)
    else:
        with context.database.write(context.dispatcher) as tx:
            jobs_store.mark_done(tx, claim)
        finished_jobs_log.info("job %s (%s) done", claim.id, claim.name)


def _attempt(context: WorkerContext, claim: Claim, perform: Callable[[WorkerContext, str], None]) -> None:
    """Make one attempt. Raises JobError only."""
    if claim.is_exhausted:
        raise PermanentJobError("worker_lost", WORKER_LOST)
    try:
        perform(context, claim.ref)
    except JobError:
        raise
    except TRANSIENT_ERRORS as error:
        log.warning("job %s (%s %s): %s", claim.id, claim.name, claim.ref, error)
        raise RetryableJobError("interrupted", INTERRUPTED) from error
    except DomainError as error:
        sentence = str(error).removeprefix(f"{error.code}: ")
        raise PermanentJobError(error.code, sentence, quotes_input=bool(error.params)) from error
    except Exception as error:
        log.exception("job %s (%s %s) failed", claim.id, claim.name, claim.ref)
        raise PermanentJobError("internal", INTERNAL_ERROR) from error


def _retry(context: WorkerContext, claim: Claim, error: RetryableJobError, on_failure: FailureHandler) -> None:
    log.warning("job %s (%s %s) will be retried: %s", claim.id, claim.name, claim.ref, error)
    with context.database.write(context.dispatcher) as tx:
        queued = jobs_store.retry_later(tx, claim, error=scrub(str(error)))
    if not queued:
        _fail(context, claim, error, on_failure)


def _fail(context: WorkerContext, claim: Claim, error: JobError, on_failure: FailureHandler) -> None:
    log.error("job %s (%s %s) has failed: %s", claim.id, claim.name, claim.ref, error)
    on_failure(context, claim.ref, error)
    with context.database.write(context.dispatcher) as tx:
        jobs_store.mark_failed(tx, claim, error=scrub(str(error)))
