"""`mithaq …`: the door for the people who run it, and for whoever has a text and no server."""

import click

from service.cli.common.lazy_group import LazyGroup
from service.domain.errors import N_

COMMANDS = {
    "up": ("service.cli.commands.up:up", N_("Run everything on this machine until Ctrl-C.")),
    "serve": ("service.cli.local.processes:serve", N_("Run the web server alone.")),
    "worker": ("service.cli.local.processes:worker", N_("Run the worker that renders and delivers, alone.")),
    "beat": ("service.cli.local.processes:beat", N_("Run the timetable that wakes the worker, alone.")),
    "init": (
        "service.cli.commands.init:init",
        N_("Begin a real coalition, and let the first person of its secretariat in."),
    ),
    "migrate": ("service.cli.commands.migrate:migrate", N_("Bring the database to this release.")),
    "doctor": ("service.cli.doctor.command:doctor", N_("Check this machine and say what to mend.")),
    "backup": ("service.cli.commands.backup:backup", N_("Copy everything into a directory, while the service runs.")),
    "restore": ("service.cli.commands.restore:restore", N_("Bring a backup into an empty instance.")),
    "import": (
        "service.cli.commands.import_members:import_",
        N_("Bring in organisations and people from a CSV table."),
    ),
    "seed": ("service.cli.commands.seed:seed", N_("Fill a sample with more documents.")),
    "export": ("service.cli.commands.export:export", N_("Turn a text file into PDF or DOCX, without a server.")),
    "redline": ("service.cli.commands.redline:redline", N_("Compare two text files, without a server.")),
    "merge": ("service.cli.commands.merge:merge", N_("Merge what two sides made of one text, without a server.")),
    "blame": ("service.cli.commands.blame:blame", N_("Say which version each passage of a text comes from.")),
    "outline": (
        "service.cli.commands.outline:outline",
        N_("List the provisions of a text, and what is wrong with them."),
    ),
    "demo": ("service.cli.commands.demo:demo", N_("Take one document from draft to sealed files, and show each step.")),
}


@click.group(cls=LazyGroup, targets=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mithaq", message="Mithaq %(version)s")
def mithaq() -> None:
    """Mithaq (ميثاق): a coalition writes one text together, agrees on it, signs it and publishes it."""


def main() -> None:
    mithaq(prog_name="mithaq")


if __name__ == "__main__":
    main()
