"""What each act of the record says of rows: entries are folded, in order, into the rows they name."""

from collections.abc import Callable, Mapping

from service.domain.text.markup.canonical import canonical_name
from service.domain.trust.approval_acts import APPROVAL_ACTS
from service.domain.trust.document_acts import DOCUMENT_ACTS
from service.domain.trust.entry import Entry
from service.domain.trust.expected_rows import (
    ERASURE,
    SET,
    ExpectedRows,
    Fold,
    Matches,
    near,
    one_of,
    same_roles,
    subset,
)


def fold_entry(expected: ExpectedRows, entry: Entry) -> None:
    """Take an entry into account; acts that name no row of consequence change nothing."""
    fold = ACTS.get(entry.act)
    if fold:
        fold(expected, entry)
    expected.bind_values(entry)


def _found_coalition(expected: ExpectedRows, entry: Entry) -> None:
    facts = entry.facts
    expected.add("coalition", facts["coalition"], origin=facts["origin"], sample=facts["sample"], logo_sha256=None)


def _move_instance(expected: ExpectedRows, entry: Entry) -> None:
    facts = entry.facts
    expected.change("coalition", facts["coalition"], origin=facts["to"])
    expected.add("former_origin", facts["former_origin"], origin=facts["from"], moved_at=near(entry.at))


def _set_logo(expected: ExpectedRows, entry: Entry) -> None:
    for table, key in list(expected.rows):
        if table == "coalition":
            expected.change(table, key, logo_sha256=entry.facts["sha256"])


def _add_organisation(expected: ExpectedRows, entry: Entry) -> None:
    facts = entry.facts
    expected.add("organisation", facts["organisation"], names=Matches(_as_entered(facts["names"])), state="member")


def _as_entered(names: Mapping[str, str]) -> Callable[[object], bool]:
    """Compare stored names with those of an entry, which in release 0.1 had them as they were entered."""
    entered = {lang: canonical_name(name, limit=len(name)) for lang, name in names.items() if name}
    return lambda stored: stored == entered


def _rename_organisation(expected: ExpectedRows, entry: Entry) -> None:
    expected.change("organisation", entry.facts["organisation"], names=entry.facts["names"])


def _set_organisation_state(state: str) -> Fold:
    def fold(expected: ExpectedRows, entry: Entry) -> None:
        expected.change("organisation", entry.facts["organisation"], state=state)

    return fold


def _add_person(expected: ExpectedRows, entry: Entry) -> None:
    facts = entry.facts
    expected.add("person", facts["person"], organisation=facts["organisation"], state="active")


def _close_person(expected: ExpectedRows, entry: Entry) -> None:
    expected.change("person", entry.facts["person"], state="closed")


def _grant_role(expected: ExpectedRows, entry: Entry) -> None:
    facts = entry.facts
    expected.add(
        "role_grant", facts["person"], facts["role"], facts["document"], granted_by=entry.actor,
        granted_at=near(entry.at),
    )  # fmt: skip


def _take_role(expected: ExpectedRows, entry: Entry) -> None:
    expected.remove("role_grant", entry.facts["person"], entry.facts["role"], entry.facts["document"])


def _grant_mandate(expected: ExpectedRows, entry: Entry) -> None:
    facts = entry.facts
    expected.add(
        "mandate", facts["mandate"], organisation=facts["organisation"], person=facts["person"],
        granted_by=entry.actor, granted_at=near(entry.at), state="granted",
    )  # fmt: skip


def _confirm_mandate(expected: ExpectedRows, entry: Entry) -> None:
    facts = entry.facts
    confirmed_at = Matches(lambda stored: stored is None or near(entry.at).accepts(stored))
    expected.change("mandate", facts["mandate"], state=one_of("granted", "confirmed"), confirmed_at=confirmed_at)
    channel = {"channel": facts["channel"]} if "channel" in facts else {}
    expected.add("mandate_confirmation", facts["mandate"], entry.actor, at=near(entry.at), **channel)


def _start_mandate(expected: ExpectedRows, entry: Entry) -> None:
    facts = entry.facts
    expected.change("mandate", facts["mandate"], state="confirmed", starts_at=facts["starts_at"], marks=facts["marks"])


def _revoke_mandate(expected: ExpectedRows, entry: Entry) -> None:
    expected.change("mandate", entry.facts["mandate"], state="revoked")


def _issue_token(expected: ExpectedRows, entry: Entry) -> None:
    expected.add("token", entry.facts["token"], person=entry.actor, scopes=subset(entry.facts["scopes"]))


def _revoke_token(expected: ExpectedRows, entry: Entry) -> None:
    expected.change("token", entry.facts["token"], revoked_at=SET)


def _make_invitation(expected: ExpectedRows, entry: Entry) -> None:
    facts = entry.facts
    expected.add(
        "invitation", facts["invitation"], organisation=facts["organisation"], roles=same_roles(facts["roles"]),
        invited_by=entry.actor,
    )  # fmt: skip


def _use_invitation(expected: ExpectedRows, entry: Entry) -> None:
    expected.change("invitation", entry.facts["invitation"], used_at=SET, person=entry.facts["person"])


def _withdraw_invitation(expected: ExpectedRows, entry: Entry) -> None:
    expected.change("invitation", entry.facts["invitation"], withdrawn_at=SET)


def _erase(expected: ExpectedRows, entry: Entry) -> None:
    expected.erased.update(entry.facts["seqs"])


ACTS: Mapping[str, Fold] = {
    "coalition.found": _found_coalition,
    "coalition.logo": _set_logo,
    "instance.move": _move_instance,
    "organisation.add": _add_organisation,
    "organisation.rename": _rename_organisation,
    "organisation.leave": _set_organisation_state("left"),
    "organisation.rejoin": _set_organisation_state("member"),
    "person.add": _add_person,
    "person.close": _close_person,
    "role.grant": _grant_role,
    "role.take": _take_role,
    "mandate.grant": _grant_mandate,
    "mandate.confirm": _confirm_mandate,
    "mandate.start": _start_mandate,
    "mandate.revoke": _revoke_mandate,
    "token.issue": _issue_token,
    "token.revoke": _revoke_token,
    "invitation.make": _make_invitation,
    "invitation.use": _use_invitation,
    "invitation.withdraw": _withdraw_invitation,
    ERASURE: _erase,
    **DOCUMENT_ACTS,
    **APPROVAL_ACTS,
}
"""Act → what it says of rows."""
