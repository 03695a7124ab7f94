"""Errors of commands: one sentence on standard error, and an exit code. Where lines are collected it is a line."""

import logging

import click

from service.cli.common.terminal import translate
from service.logs.formats import TEXT, get_format

log = logging.getLogger("mithaq.process")


class CommandError(click.ClickException):
    """The command did not start, for a reason that the operator can fix. Exit code 2."""

    exit_code = 2

    def __init__(self, sentence: str, /, **params: object) -> None:
        """`sentence` is the English message id, with `{named}` places filled from `params`."""
        super().__init__(sentence.format(**params))
        self.sentence, self.params = sentence, params

    def show(self, file: object = None) -> None:
        """Print the sentence in the language of the terminal, without click's prefix."""
        if get_format() == TEXT:
            click.echo(self.translated, err=True)
        else:
            log.error("%s", self.translated)

    @property
    def translated(self) -> str:
        """The sentence in the language of the terminal; `message` is the English one."""
        return translate(self.sentence, **self.params)


class CommandFailed(CommandError):
    """The command started and failed. Exit code 1."""

    exit_code = 1
