"""Labels of the states, stages and failures of an export, as message ids."""

from collections.abc import Mapping

from service.domain.errors import N_

EXPORT_STATES: Mapping[str, str] = {
    "queued": N_("Waiting for its turn"),
    "rendering": N_("Being created"),
    "ready": N_("Ready"),
    "failed": N_("Could not be created"),
}

EXPORT_STAGES: Mapping[str, str] = {
    "reading": N_("the text is read"),
    "writing": N_("the pages are written"),
    "typesetting": N_("the pages are laid out"),
    "checking": N_("the file is checked"),
}
"""Stage of the worker → label inside a sentence."""

_INTERRUPTED = N_("The work was interrupted several times. The text has not changed. Try again.")
_INTERNAL_ERROR = N_(
    "Something went wrong on our side. Your administrator can find it in the log. The text has not changed."
)

EXPORT_FAILURES: Mapping[str, str] = {
    "interrupted": _INTERRUPTED,
    "render_interrupted": _INTERRUPTED,
    "worker_lost": _INTERRUPTED,
    "render_timeout": N_("It took too long, several times. The text has not changed. Try again."),
    "render_memory": N_("It needed too much memory. The text has not changed. Tell your administrator."),
    "render_unprintable": N_("The text has a character that our fonts cannot print."),
    "render_conformance": N_("The file was incomplete, so we did not accept it. Tell your administrator."),
    "render_failed": _INTERNAL_ERROR,
    "render_refused": _INTERNAL_ERROR,
    "bytes_differ": _INTERNAL_ERROR,
    "internal": _INTERNAL_ERROR,
}
"""Failure code of an export → explanation."""
