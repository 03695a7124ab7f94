"""An organisation changes its name, leaves the coalition, comes back. Rolls, statements and seals that name it stay as
they were."""

from collections.abc import Mapping

from service.actions import notifications
from service.actions.authorization import require, seen
from service.actions.validation import check_printable, checked_names
from service.domain.errors import N_, Conflict
from service.domain.membership.people import OBSERVER, OF_THE_COALITION, Actor, Grant, left
from service.domain.policy import sees
from service.store import record as record_store
from service.store.accounts import people as people_store
from service.store.db import Tx
from service.store.documents import documents as documents_store
from service.store.endorsement import rounds as rounds_store
from service.store.membership import invitations as invitations_store
from service.store.membership import mandates as mandates_store
from service.store.membership import organisations as organisations_store


def rename(tx: Tx, actor: Actor, *, organisation: str, names: Mapping[str, str]) -> None:
    """Give an organisation these names in place of its others. What was sealed or published keeps the name of its day,
    and so does a round that is open."""
    require(actor, "organisation.edit")
    before = seen(organisations_store.get(tx, organisation))
    new = {lang: check_printable(name) for lang, name in checked_names(names).items()}
    if new == dict(before.names):
        return
    organisations_store.rename(tx, organisation, names=new)
    record_store.append(
        tx, act="organisation.rename", actor=actor.person, facts={"organisation": organisation, "names": new}
    )


def leave(tx: Tx, actor: Actor, *, organisation: str) -> None:
    """Note that an organisation has left: its mandates are revoked, its invitations withdrawn, and its people lose
    their roles but those of the coalition itself. They go on reading what was approved while it was on the roll.

    In an open round it stays on the roll, and an answer it gave stays given; the rule says what silence counts. Raises
    Conflict `organisation_left`.
    """
    require(actor, "organisation.leave")
    seen(organisations_store.get(tx, organisation))
    if not organisations_store.move(tx, organisation, before="member", after="left"):
        raise left()
    record_store.append(tx, act="organisation.leave", actor=actor.person, facts={"organisation": organisation})
    for mandate in mandates_store.unrevoked(tx, organisation=organisation):
        mandates_store.move(tx, mandate.id, before=mandate.state, after="revoked")
        record_store.append(tx, act="mandate.revoke", actor=actor.person, facts={"mandate": mandate.id})
    for invitation in invitations_store.waiting_into(tx, organisation):
        invitations_store.withdraw(tx, invitation)
        record_store.append(tx, act="invitation.withdraw", actor=actor.person, facts={"invitation": invitation})
    its = [one for _, one in people_store.every(tx, organisation=organisation) if one.state == "active"]
    notifications.tell(tx, its, kind="organisation.left", about=f"{organisation}.{tx.now}", params={}, mail=True)
    past = [one.document for one in rounds_store.passed(tx) if organisation in one.organisations]
    for _, person in people_store.every(tx, organisation=organisation):
        _only_read_on(tx, person.id, past=past, by=actor.person)


def rejoin(tx: Tx, actor: Actor, *, organisation: str) -> None:
    """Take an organisation in again: it is on the roll of rounds that open from now on. Roles and mandates are given
    anew. Raises Conflict `not_left`."""
    require(actor, "organisation.add")
    seen(organisations_store.get(tx, organisation))
    if not organisations_store.move(tx, organisation, before="left", after="member"):
        raise Conflict("not_left", N_("This organisation belongs to the coalition already."))
    record_store.append(tx, act="organisation.rejoin", actor=actor.person, facts={"organisation": organisation})


def _only_read_on(tx: Tx, person: str, *, past: list[str], by: str) -> None:
    """Take the person's roles, leaving them an observer of those documents of the `past` that they could read."""
    before = people_store.actor(tx, person, scopes=())
    kept = {Grant(OBSERVER, id) for id in past if before and _read(tx, before, id)}
    for one in sorted(people_store.grants(tx, person), key=lambda one: (one.role, one.document)):
        if one.role not in OF_THE_COALITION and one not in kept:
            people_store.take(tx, person_id=person, role=one.role, document=one.document)
            facts = {"person": person, "role": one.role, "document": one.document}
            record_store.append(tx, act="role.take", actor=by, facts=facts)
    for one in sorted(kept, key=lambda one: one.document):
        if people_store.grant(tx, person_id=person, role=one.role, document=one.document, by=by):
            facts = {"person": person, "role": one.role, "document": one.document}
            record_store.append(tx, act="role.grant", actor=by, facts=facts)


def _read(tx: Tx, actor: Actor, document: str) -> bool:
    found = seen(documents_store.get(tx, document))
    return sees(actor, document=found.id, state=found.state, shown=found.shown)
