"""Errors of rendering as errors of jobs."""

from service.domain.errors import DomainError
from workers.render.errors import RenderFailed, describe_failure
from workers.task import JobError, PermanentJobError, RetryableJobError


def as_job_error(error: DomainError) -> JobError:
    """Return the error that ends a job of rendering, with where it failed.

    What the renderer or the parser says of a text is not logged where it can quote it.
    """
    failure = describe_failure(error)
    quotes_text = error.quotes_text if isinstance(error, RenderFailed) else bool(error.params)
    kind = RetryableJobError if isinstance(error, RenderFailed) and error.retry else PermanentJobError
    return kind(failure.code, failure.message, quotes_input=quotes_text or bool(failure.words), failure=failure)
