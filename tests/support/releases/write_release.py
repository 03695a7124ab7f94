"""Write the database of a release: `python -m tests.support.releases.write_release VERSION`."""

import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from service.actions.publication import exports, publications
from service.sample import document as document_module
from service.store.db import connect
from service.store.publication import exports as exports_store
from tests.support.factories import ORIGIN, SECRET, RecordingDispatcher, complete_proofs, create_database

HERE = Path(__file__).parent


def write_release_database(version: str) -> Path:
    """Write a database with a published sample document, in one file without a journal of its own."""
    target = HERE / f"{version}.db"
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "mithaq.db"
        create_database(path)
        database = connect(f"sqlite:///{path}")
        members = document_module.create_coalition(database, origin=ORIGIN)
        document = document_module.create_sealed_document(database, members, secret=SECRET, prove=complete_proofs)
        with database.write(RecordingDispatcher()) as tx:
            for number, (_, one) in enumerate(exports_store.list_by_document(tx, document)):
                sha256 = f"{number:064x}"
                exports.finish_export(tx, one.id, key=f"key {number}", sha256=sha256, size=1, format_=one.format)
            publications.publish(tx, document_module.load_actor(tx, members.people["reem"].id), document_id=document)
        database.close()
        with closing(sqlite3.connect(path)) as source:
            source.execute("VACUUM INTO ?", (str(target),))
    return target


if __name__ == "__main__":
    sys.stdout.write(f"{write_release_database(sys.argv[1])}\n")
