"""What acts of two persons say of rows: requests, approvals, proposed roles, recovered access."""

from collections.abc import Mapping

from service.domain.trust.entry import Entry
from service.domain.trust.expected_rows import ExpectedRows, Fold, near, one_of, same_params


def _request_approval(expected: ExpectedRows, entry: Entry) -> None:
    facts = entry.facts
    expected.add(
        "approval_request", facts["request"], act=facts["act"], subject=facts["subject"], needed=facts["needed"],
        params=same_params(facts["params"]), requested_by=entry.actor, state="waiting",
        due_at=one_of(facts["due_at"], facts["params"].get("not_before", facts["due_at"])),
    )  # fmt: skip


def _wait_alone(expected: ExpectedRows, entry: Entry) -> None:
    expected.change("approval_request", entry.facts["request"], due_at=entry.facts["due_at"])


def _give_approval(expected: ExpectedRows, entry: Entry) -> None:
    facts = entry.facts
    expected.add("approval", facts["request"], entry.actor, channel=facts["channel"], at=near(entry.at))


def _end_request(expected: ExpectedRows, entry: Entry) -> None:
    expected.change("approval_request", entry.facts["request"], state=entry.act.partition(".")[2])


def _propose_role(expected: ExpectedRows, entry: Entry) -> None:
    facts = entry.facts
    expected.add(
        "role_proposal", facts["proposal"], person=facts["person"], organisation=facts["organisation"],
        role=facts["role"], proposed_by=entry.actor,
    )  # fmt: skip


def _recover_access(expected: ExpectedRows, entry: Entry) -> None:
    facts = entry.facts
    expected.add(
        "access_recovery", facts["access_recovery"], person=facts["person"], shown=facts["shown"],
        restricted_until=facts["restricted_until"], refused_by=None,
    )  # fmt: skip


def _refuse_recovery(expected: ExpectedRows, entry: Entry) -> None:
    expected.change("access_recovery", entry.facts["access_recovery"], refused_by=entry.actor)


APPROVAL_ACTS: Mapping[str, Fold] = {
    "approval.request": _request_approval,
    "approval.wait": _wait_alone,
    "approval.give": _give_approval,
    "approval.done": _end_request,
    "approval.refused": _end_request,
    "approval.withdrawn": _end_request,
    "role.propose": _propose_role,
    "access.recover": _recover_access,
    "access.refuse": _refuse_recovery,
}
"""Act → what it says of rows."""
