"""Sentences in the language of the terminal."""

import os

import click

from service.domain.errors import DomainError
from service.i18n import LANGUAGES, Translator


def terminal_language() -> str:
    """Return the language of the terminal (LC_ALL, LC_MESSAGES, LANG) if it is supported, else English."""
    named = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    code = named.partition("_")[0].partition(".")[0]
    return code if code in LANGUAGES else "en"


def translate(sentence: str, /, **params: object) -> str:
    """Return a message in the language of the terminal; parameters are formatted as by `str`."""
    return Translator(terminal_language()).t(sentence, **{name: str(value) for name, value in params.items()})


def translate_error(error: DomainError) -> str:
    """Return the sentence of `error` in the language of the terminal."""
    return Translator(terminal_language()).error_message(error)


def say(sentence: str, /, *, err: bool = False, **params: object) -> None:
    """Print a message in the language of the terminal, to standard error if `err`."""
    click.echo(translate(sentence, **params), err=err)
