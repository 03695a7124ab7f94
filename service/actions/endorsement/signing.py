"""What a signatory sees on the way to an answer, and the confirmation by code."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.actions import authorization
from service.actions.accounts import step_up
from service.actions.authorization import or_not_found
from service.actions.endorsement import endorsements
from service.actions.endorsement.dispute_effects import check_answer_allowed
from service.domain.documents.document import Document
from service.domain.documents.version import Version
from service.domain.endorsement.endorsement import MAX_CODE_ATTEMPTS, Endorsement
from service.domain.endorsement.round import Round
from service.domain.errors import DomainError, Forbidden, NotFound
from service.domain.membership.mandates import marks_in_round
from service.domain.membership.people import Actor
from service.domain.policy import Resource, may
from service.domain.trust.statement import WITHDRAWAL
from service.store.db import Tx
from service.store.documents import versions as versions_store
from service.store.endorsement import endorsements as endorsements_store
from service.store.endorsement import rounds as rounds_store
from service.store.endorsement.endorsements import Challenge
from service.store.membership import mandates as mandates_store


@dataclass(frozen=True, slots=True)
class SigningView:
    """The position of the actor's organisation in a round.

    `hindrance` is the error that prevents the actor from answering, None if they can. `last_endorsement` is the
    organisation's last answer, also a withdrawn one. `last_known_version` is the newest other version that it answered
    or that this person prepared an answer for. `marks` are those of the actor's mandate in this round, which an answer
    will carry.
    """

    document: Document
    round: Round
    version: Version
    hindrance: DomainError | None
    may_withdraw: bool
    last_endorsement: Endorsement | None
    last_known_version: Version | None
    marks: Sequence[str]

    @property
    def live(self) -> Endorsement | None:
        """Return the last answer if it is not withdrawn."""
        return self.last_endorsement if self.last_endorsement and self.last_endorsement.state == "cast" else None


def load_view(tx: Tx, actor: Actor, *, round_id: str) -> SigningView:
    """Return all that a signatory needs before choosing. Nothing is locked: the actions check again."""
    document, round_ = authorization.load_round(tx, actor, "round.read", round_id)
    last_endorsement = get_last_endorsement(tx, round_id, organisation=actor.organisation)
    live = bool(last_endorsement and last_endorsement.state == "cast")
    return SigningView(
        document=document,
        round=round_,
        version=or_not_found(versions_store.get(tx, round_.version)),
        hindrance=_get_hindrance(tx, actor, document, round_, position=""),
        may_withdraw=live and _get_hindrance(tx, actor, document, round_, position=WITHDRAWAL) is None,
        last_endorsement=last_endorsement,
        last_known_version=_get_last_known_version(tx, actor, round_),
        marks=get_marks(tx, actor, round_),
    )


def get_marks(tx: Tx, actor: Actor, round_: Round) -> tuple[str, ...]:
    """Return the marks of the mandate under which the actor would answer now; none without a mandate."""
    mandate = mandates_store.get_live(tx, organisation=actor.organisation or "", person=actor.person)
    return marks_in_round(mandate, opened_at=round_.opened_at) if mandate else ()


def get_last_endorsement(tx: Tx, round_id: str, *, organisation: str | None) -> Endorsement | None:
    """Return the newest answer of an organisation in a round, withdrawn or not."""
    answers = [one for one in endorsements_store.list_by_round(tx, round_id) if one.organisation == organisation]
    return answers[-1] if answers else None


def get_receipt(tx: Tx, actor: Actor, *, round_id: str) -> tuple[Document, Round, Endorsement]:
    """Return the last answer of the actor's organisation. Raises `NotFound` if there is none."""
    document, round_ = authorization.load_round(tx, actor, "round.read", round_id)
    return document, round_, or_not_found(get_last_endorsement(tx, round_id, organisation=actor.organisation))


def get_pending_challenge(tx: Tx, actor: Actor, *, round_id: str, challenge_id: str) -> Challenge:
    """Return a statement of the actor that waits for its code. Raises `NotFound`, `Forbidden` `code_void`."""
    authorization.load_round(tx, actor, "round.read", round_id)
    found = endorsements_store.get_challenge(tx, challenge_id)
    if found is None or (found.person, found.round) != (actor.person, round_id):
        raise NotFound()
    if found.used_at is not None or found.expires_at <= tx.clock() or found.tries >= MAX_CODE_ATTEMPTS:
        raise step_up.code_void()
    return found


def confirm(tx: Tx, actor: Actor, *, round_id: str, challenge_id: str, code: str, secret: bytes) -> Endorsement:
    """Cast or withdraw, as the prepared statement says. Raises as `cast` and `withdraw` do."""
    found = endorsements_store.get_challenge(tx, challenge_id)
    withdraws = found is not None and found.position == WITHDRAWAL
    action = endorsements.withdraw if withdraws else endorsements.cast
    return action(tx, actor, round_id=round_id, challenge_id=challenge_id, code=code, secret=secret)


def _get_hindrance(tx: Tx, actor: Actor, document: Document, round_: Round, *, position: str) -> DomainError | None:
    if actor.is_token:
        return authorization.person_needed()
    resource = Resource(document.id, document.state, document.ever_shared, organisation=actor.organisation)
    if not may(actor, "endorsement.cast", resource):
        return Forbidden()
    try:
        mandate = endorsements.require_mandate(tx, actor, round_, position=position)
        if position != WITHDRAWAL:
            check_answer_allowed(tx, actor, round_, organisation=mandate.organisation)
    except DomainError as error:
        return error
    return None


def _get_last_known_version(tx: Tx, actor: Actor, round_: Round) -> Version | None:
    """Return the version of the document's latest other round that the organisation answered.

    A round that the person prepared an answer for counts too.
    """
    for one in reversed(rounds_store.list_by_document(tx, round_.document)):
        endorsement = get_last_endorsement(tx, one.id, organisation=actor.organisation) if actor.organisation else None
        if one.version != round_.version and (
            endorsement or endorsements_store.has_prepared(tx, one.id, person=actor.person)
        ):
            return versions_store.get(tx, one.version)
    return None
