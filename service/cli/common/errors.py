"""How a command says no: one clear sentence on standard error, and an exit code."""

import click


class CommandError(click.ClickException):
    """Nothing was started, because of something the operator can mend. Exit code 2."""

    exit_code = 2

    def __init__(self, sentence: str, /, **params: object) -> None:
        """`sentence` is the English message id, with `{named}` places filled from `params`."""
        super().__init__(sentence.format(**params))
        self.sentence, self.params = sentence, params

    def show(self, file: object = None) -> None:
        click.echo(self.message, err=True)


class CommandFailed(CommandError):
    """Something was started and did not hold. Exit code 1."""

    exit_code = 1
