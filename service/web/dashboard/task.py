"""Tasks of the dashboard as a value, and what they show of a document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.domain.documents.document import Document
from service.domain.endorsement.round import Round
from service.domain.policy import Resource
from service.web.rounds.tally import RoundTally


@dataclass(frozen=True)
class Task:
    """Something that waits for the user.

    `sentence` says what is asked, `action` is the label of its link (message ids). `titles` are those of the document,
    or names of the organisation, by language. `can_sign`: the user has a mandate to sign in the round. `name` is
    that of a person or organisation. `asked_for_mandate` are the names of those whom a user who cannot sign may ask.
    """

    kind: str
    sentence: str
    action: str
    link: str
    titles: Mapping[str, str]
    document: Document | None = None
    round: Round | None = None
    tally: RoundTally | None = None
    can_sign: bool = False
    name: str = ""
    count: int = 1
    asked_for_mandate: Sequence[str] = ()


def document_resource(document: Document) -> Resource:
    """Return the resource of the policy for a document."""
    return Resource(document=document.id, state=document.state, ever_shared=document.ever_shared)


def document_titles(document: Document) -> Mapping[str, str]:
    """Return the titles of a document by language."""
    return {lang: edition.title for lang, edition in document.editions.items()}
