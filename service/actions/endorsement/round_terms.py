"""The terms of a round, frozen when it opens: everything that is printed or decided beside the text."""

import secrets
from collections.abc import Mapping
from typing import Any

from service.actions.authorization import or_not_found
from service.actions.membership.coalition import letterhead, with_defaults
from service.domain.documents.document import Document
from service.domain.endorsement.round import approvals_needed_to_close
from service.domain.endorsement.terms import FORMAT, WORDING, RoundOptions, RoundTerms, check_options
from service.domain.membership.people import SECRETARIAT
from service.domain.publication.proof_content import ProofSubject
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.membership import organisations as organisations_store


def list_secretariat(tx: Tx, document: Document) -> tuple[str, ...]:
    """Return the persons who hold the role of the secretariat for a document now."""
    return tuple(one.id for one in people_store.list_role_holders(tx, [SECRETARIAT], document=document.id))


def freeze_terms(
    tx: Tx,
    document: Document,
    *,
    closes_at: int,
    close_when_all_answered: bool,
    options: RoundOptions,
    secretariat: tuple[str, ...],
    sealed: ProofSubject | None = None,
    without_proof: Mapping[str, Any] | None = None,
) -> RoundTerms:
    """Return the terms of a round that opens now, with front and letterhead of what was proved (`sealed`).

    Raises InvalidInput `bad_round_option`, `date_malformed`.
    """
    check_options(options)
    coalition = or_not_found(organisations_store.get_coalition(tx))
    return RoundTerms(
        front=sealed.front if sealed else {"place": {}, "addressees": {}, **document.front},
        letterhead=sealed.letterhead if sealed else letterhead(coalition),
        date=options.date,
        closes_at=closes_at,
        close_after_all_us=options.close_after_all_us if close_when_all_answered else None,
        visible_while_open=options.visible_while_open,
        named_in_public=options.named_in_public,
        proof=options.proof,
        confirmations=int(with_defaults(coalition.settings)["mandate_confirmations"]),
        endings_needed=approvals_needed_to_close(len(secretariat)),
        format=FORMAT,
        wording=WORDING,
        salt=secrets.token_hex(32),
        without_proof=without_proof,
    )
