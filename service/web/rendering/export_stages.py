"""What is said of a file while it is made: message ids, said by the page's words."""

from collections.abc import Mapping

from service.domain.errors import N_

EXPORT_STATES: Mapping[str, str] = {
    "queued": N_("Waiting for its turn"),
    "rendering": N_("Being made"),
    "ready": N_("Ready"),
    "failed": N_("Could not be made"),
}

EXPORT_STAGES: Mapping[str, str] = {
    "reading": N_("the text is read"),
    "writing": N_("the pages are written"),
    "typesetting": N_("the pages are set"),
    "checking": N_("the file is checked"),
}
"""What the worker does now, inside a sentence."""

_INTERRUPTED = N_("The machine was interrupted, several times. The text is untouched; try again.")
_INTERNAL_ERROR = N_("Something broke on our side, and the operator finds it in the log. The text is untouched.")

EXPORT_FAILURES: Mapping[str, str] = {
    "interrupted": _INTERRUPTED,
    "render_interrupted": _INTERRUPTED,
    "worker_lost": _INTERRUPTED,
    "render_timeout": N_("It took longer than it may, several times. The text is untouched; try again."),
    "render_memory": N_("It needed more memory than it may have. The text is untouched; tell the operator."),
    "render_unprintable": N_("The text has a character that no font of ours can print."),
    "render_conformance": N_("The file did not hold all that it must, so it was not taken. Tell the operator."),
    "render_failed": _INTERNAL_ERROR,
    "render_refused": _INTERNAL_ERROR,
    "bytes_differ": _INTERNAL_ERROR,
    "internal": _INTERNAL_ERROR,
}
"""Code of a file that could not be made → why, in words."""
