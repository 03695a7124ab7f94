"""`mithaq …`: the door for the people who run it, and for whoever has a text and no server."""

import click

from service.cli.lazy import LazyGroup
from service.domain.errors import N_

COMMANDS = {
    "up": ("service.cli.up:up", N_("Run everything on this machine until Ctrl-C.")),
    "serve": ("service.cli.parts:serve", N_("Run the web server alone.")),
    "worker": ("service.cli.parts:worker", N_("Run the worker that renders and delivers, alone.")),
    "beat": ("service.cli.parts:beat", N_("Run the timetable that wakes the worker, alone.")),
    "init": (
        "service.cli.init:init",
        N_("Begin a real coalition, and let the first person of its secretariat in."),
    ),
    "migrate": ("service.cli.migrate:migrate", N_("Bring the database to this release.")),
    "doctor": ("service.cli.doctor:doctor", N_("Check this machine and say what to mend.")),
    "backup": ("service.cli.backup:backup", N_("Copy everything into a directory, while the service runs.")),
    "restore": ("service.cli.restore:restore", N_("Bring a backup into an empty instance.")),
    "import": ("service.cli.importing:import_", N_("Bring in organisations and people from a CSV table.")),
    "seed": ("service.cli.seed:seed", N_("Fill a sample with more documents.")),
    "export": ("service.cli.export:export", N_("Turn a text file into PDF or DOCX, without a server.")),
    "redline": ("service.cli.redline:redline", N_("Compare two text files, without a server.")),
    "merge": ("service.cli.merging:merge", N_("Merge what two sides made of one text, without a server.")),
    "blame": ("service.cli.blaming:blame", N_("Say which version each passage of a text comes from.")),
    "outline": ("service.cli.outlining:outline", N_("List the provisions of a text, and what is wrong with them.")),
    "demo": ("service.cli.demo:demo", N_("Take one document from draft to sealed files, and show each step.")),
}


@click.group(cls=LazyGroup, places=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mithaq", message="Mithaq %(version)s")
def mithaq() -> None:
    """Mithaq (ميثاق): where a coalition writes one text together, agrees on it, signs it and publishes it."""


def main() -> None:
    mithaq(prog_name="mithaq")


if __name__ == "__main__":
    main()
