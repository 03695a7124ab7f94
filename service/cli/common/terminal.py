"""The language of the terminal."""

import os

from service.i18n import LANGUAGES


def terminal_language() -> str:
    """Return the language of the terminal (LC_ALL, LC_MESSAGES, LANG) if it is supported, else English."""
    named = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    code = named.partition("_")[0].partition(".")[0]
    return code if code in LANGUAGES else "en"
