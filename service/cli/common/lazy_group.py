"""Commands are imported when they are asked for: `mithaq redline` never waits for Celery to load."""

import importlib
from collections.abc import Mapping

import click


def import_object(target: str) -> object:
    """What `module:name` names. Raises ImportError or AttributeError."""
    module, _, name = target.partition(":")
    return getattr(importlib.import_module(module), name)


class LazyGroup(click.Group):
    """A group that knows its commands by their place and one sentence each, and loads one at a time."""

    def __init__(self, *, targets: Mapping[str, tuple[str, str]], **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]  # click's own keywords, passed through
        self.targets = targets

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.targets)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.targets:
            return None
        command = import_object(self.targets[cmd_name][0])
        assert isinstance(command, click.Command), cmd_name
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, sentence) for name, (_, sentence) in self.targets.items()])
