"""Labels of the states and stages of an export, as message ids."""

from collections.abc import Mapping

from service.domain.errors import N_

EXPORT_STATES: Mapping[str, str] = {
    "queued": N_("Waiting for its turn"),
    "rendering": N_("Being created"),
    "ready": N_("Ready"),
    "failed": N_("Could not be created"),
}

PROOF_STATES: Mapping[str, str] = {
    "queued": N_("Waiting for its turn"),
    "rendering": N_("Being created"),
    "whole": N_("Ready"),
    "failed": N_("Could not be created"),
    "stale": N_("Something has changed since it was created"),
}

EXPORT_STAGES: Mapping[str, str] = {
    "reading": N_("the text is read"),
    "writing": N_("the pages are written"),
    "typesetting": N_("the pages are laid out"),
    "checking": N_("the file is checked"),
}
"""Stage of the worker → label inside a sentence."""
