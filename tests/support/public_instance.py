"""A test instance with a public address; instances of tests are samples on this computer otherwise."""

from sqlalchemy import update

from service.store.tables import coalition
from tests.support.factories import SampleInstance

OLD, NEW = "https://mithaq.example", "https://new.mithaq.example"
"""The public address, and one to move to."""


def make_public(instance: SampleInstance, *, origin: str = OLD, sample: bool = False) -> None:
    """Give an instance a public address. The record does not know of it, so `coalition.sample` differs from it.

    With `sample` it stays a sample: rounds open without a mail server.
    """
    with instance.write() as tx:
        tx.connection.execute(update(coalition).values(origin=origin, sample=sample))
