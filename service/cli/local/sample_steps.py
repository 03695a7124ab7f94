"""Steps of `mithaq up --sample` in processes of their own, so that `mithaq up` itself stays small.

`python -m service.cli.local.sample_steps fill|publish`, with the settings in the environment.
"""

import sys
import time

from service.config import Settings
from service.sample.coalition import ensure_sample, publish_sample
from service.store.db import Database
from workers.proofs import render_all

FILES_TIMEOUT = 180.0
"""Seconds within which the worker renders the files of the sample."""


def fill(settings: Settings) -> None:
    """Fill an empty instance, and print how each sample person signs in."""

    def prove(_: Database) -> None:
        render_all()

    sys.stdout.writelines(f"{line}\n" for line in ensure_sample(settings, prove=prove))


def publish(settings: Settings) -> None:
    """Publish the sample's statement once the worker has rendered its files."""
    deadline = time.monotonic() + FILES_TIMEOUT
    while not publish_sample(settings) and time.monotonic() < deadline:
        time.sleep(1)


if __name__ == "__main__":
    {"fill": fill, "publish": publish}[sys.argv[1]](Settings.load())
