"""What the tasks that render files share: the logo, the stages, and the errors of jobs."""

from collections.abc import Callable
from typing import Protocol

from service.domain.errors import N_, DomainError, NotFound, Unavailable
from service.files import FilesUnreachable
from service.store.db import Tx
from workers.render.content.manuscript import Manuscript
from workers.render_errors import as_job_error
from workers.task import PermanentJobError, WorkerContext

LOGO_MISSING = N_("The coalition’s logo cannot be read. Upload it again, then create the file again.")


class RenderCall(Protocol):
    """Renders one file. Raises DomainError."""

    def __call__(self, *, logo: bytes | None, report: Callable[[str], None]) -> bytes:
        """Return the file; `report` is called with each stage as it begins."""


def render_file(
    context: WorkerContext, manuscript: Manuscript, call: RenderCall, *, set_stage: Callable[[Tx, str], None]
) -> bytes:
    """Return the file that `call` renders with the coalition's logo; each stage is stored in a transaction of its own.

    Raises JobError, FilesUnreachable.
    """

    def report_stage(stage: str) -> None:
        with context.database.write(context.dispatcher) as tx:
            set_stage(tx, stage)

    logo = _load_logo(context, manuscript.coalition.logo)
    try:
        return call(logo=logo, report=report_stage)
    except DomainError as error:
        raise as_job_error(error) from error


def _load_logo(context: WorkerContext, sha256: str | None) -> bytes | None:
    """Return the coalition's logo, None if it has none. Raises PermanentJobError `logo_lost`, FilesUnreachable."""
    try:
        return context.files.get(sha256) if sha256 else None
    except FilesUnreachable:
        raise
    except (NotFound, Unavailable) as error:
        raise PermanentJobError("logo_lost", LOGO_MISSING) from error
