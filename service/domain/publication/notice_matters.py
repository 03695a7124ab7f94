"""Notices that ask for something: once their matter is settled, nothing is asked any more."""

MANDATE_KINDS = ("mandate.granted",)
REQUEST_KINDS = ("mandate.wanted",)
GRANT_KINDS = ("mandate.asked", "mandate.unconfirmed")
APPROVAL_KINDS = ("approval.needed", "approval.alone")
PROPOSAL_KINDS = ("power.role_proposed",)
ANSWER_KINDS = ("round.opened", "round.opened_unproved", "round.reminder")
ROUND_KINDS = (*ANSWER_KINDS, "round.ending_requested", "round.ending_announced")
COLLEAGUE_KINDS = ("colleague.asked",)
"""Kinds by their subject: a mandate, who wants one, the organisation that lacks one, a request, a proposed role, the
answer in a round, the round, a prepared answer.

Other kinds tell what happened, or warn: only their reader settles them.
"""
