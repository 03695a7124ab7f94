"""Sessions of the sample people, for programs that do acts of power: API tokens cannot."""

from service.actions.accounts import sign_in
from service.job_dispatch import NullDispatcher
from service.sample.document import SampleMembers, load_actor
from service.store.db import Database


def start_sessions(database: Database, members: SampleMembers) -> dict[str, str]:
    """Start a session for every sample person and return them by key: acts of power need one, keys do not do."""
    with database.write(NullDispatcher()) as tx:
        browser = sign_in.Browser(own_device=True)
        return {
            key: sign_in.start_session(tx, load_actor(tx, one.id), browser=browser)
            for key, one in members.people.items()
        }
