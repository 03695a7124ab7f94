"""Read what is outside the texts of a version."""

from service.domain.documents.document import Document
from service.domain.documents.outside_text import OutsideText, outside_of_version
from service.domain.documents.version import Version
from service.store.db import Tx
from service.store.documents import versions as versions_store
from service.store.endorsement import rounds as rounds_store


def load_outside_of_version(tx: Tx, document: Document, version: Version) -> OutsideText:
    """Return what is outside the texts of a version; the caller has checked `version.read`.

    Its front matter is that of its last round. Without a round, the newest version has that of the document, which its
    round would take; that of an older one is not known.
    """
    rounds = [one for one in rounds_store.list_by_document(tx, document.id) if one.version == version.id]
    if rounds and rounds[-1].terms:
        return outside_of_version(version, rounds[-1].terms.front)
    newest = versions_store.list_newest_numbers(tx, [document.id]).get(document.id)
    return outside_of_version(version, document.front if version.number == newest else None)
