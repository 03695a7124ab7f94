"""The command line `mithaq …`: for operators, and for people with a text and no server."""

import os

import click

from service.cli.common.lazy_group import LazyGroup
from service.domain.errors import N_
from service.logs.setup import configure

COMMANDS = {
    "up": ("service.cli.commands.up:up", N_("Run everything on this computer until you press Ctrl-C.")),
    "serve": ("service.cli.local.processes:serve", N_("Run only the web server.")),
    "worker": ("service.cli.local.processes:worker", N_("Run only the worker that creates files and sends emails.")),
    "beat": ("service.cli.local.processes:beat", N_("Run only the scheduler that starts the worker’s jobs.")),
    "init": (
        "service.cli.commands.init:init",
        N_("Create a real coalition and invite the first person in its secretariat."),
    ),
    "migrate": ("service.cli.commands.migrate:migrate", N_("Update the database to this release.")),
    "database": (
        "service.cli.database.command:database",
        N_("Create the database and its two roles on PostgreSQL."),
    ),
    "doctor": ("service.cli.doctor.command:doctor", N_("Check this computer and say what to fix.")),
    "health": (
        "service.cli.commands.health:health",
        N_("Check one process of this computer or container, for health checks."),
    ),
    "record": (
        "service.cli.commands.record:record",
        N_("Compare the database with the record of every act."),
    ),
    "backup": (
        "service.cli.commands.backup:backup",
        N_("Back up everything to a directory while the service is running."),
    ),
    "restore": ("service.cli.commands.restore:restore", N_("Restore a backup into an empty instance.")),
    "rehearse": (
        "service.cli.rehearsal.command:rehearse",
        N_("Restore a backup into a temporary directory and check it. Nothing is sent."),
    ),
    "live": (
        "service.cli.commands.live:live",
        N_("End the pause of a restored instance: it sends email and closes rounds again."),
    ),
    "recover-access": (
        "service.cli.commands.recover_access:recover_access",
        N_("Let a person who holds a role in again. Everyone is told."),
    ),
    "mail-test": (
        "service.cli.mail.mail_test:mail_test",
        N_("Send a test email and show each step, or what to change."),
    ),
    "mail-bounce": (
        "service.cli.mail.mail_bounce:mail_bounce",
        N_("Note that an email came back: for mail servers, which give the message on standard input."),
    ),
    "origin": (
        "service.cli.origin.command:origin",
        N_("Show the public address, or move the service to another one."),
    ),
    "import": (
        "service.cli.commands.import_members:import_",
        N_("Import organisations and people from a CSV table."),
    ),
    "seed": ("service.cli.commands.seed:seed", N_("Add more documents to the demo.")),
    "export": ("service.cli.commands.export:export", N_("Convert a text file to PDF or DOCX, without a server.")),
    "redline": ("service.cli.commands.redline:redline", N_("Compare two text files, without a server.")),
    "merge": ("service.cli.commands.merge:merge", N_("Combine two people’s changes to one text, without a server.")),
    "blame": ("service.cli.commands.blame:blame", N_("Show which version each passage comes from.")),
    "outline": (
        "service.cli.commands.outline:outline",
        N_("List the articles of a text and what is wrong with them."),
    ),
    "demo": ("service.cli.commands.demo:demo", N_("Take one document from draft to sealed files, and show each step.")),
}
"""Where each command is imported from, and its help in one sentence."""


@click.group(cls=LazyGroup, targets=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mithaq", message="Mithaq %(version)s")
def mithaq() -> None:
    """Mithaq (ميثاق): a coalition writes one text together, agrees on it, signs it and publishes it."""


def main() -> None:
    """Run the command line. Log lines have a format before the settings are read."""
    configure(level="info", format_=os.environ.get("MITHAQ_LOG_FORMAT", ""), part="mithaq")
    mithaq(prog_name="mithaq")


if __name__ == "__main__":
    main()
