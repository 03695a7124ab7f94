"""Sentences on the terms of a round and their consequences, as message ids to be translated by the page."""

from collections.abc import Mapping

from service.domain.errors import N_

CONSEQUENCES: Mapping[tuple[str, bool], str] = {
    ("endorse", True): N_("Your organisation will be named in public among those that endorse."),
    ("endorse_with_reservation", True): N_(
        "It counts as an endorsement. Your organisation will be named in public. The reservation is published under "
        "the text."
    ),
    ("abstain", True): N_("Your organisation will be named as abstaining, also in public."),
    ("abstain", False): N_("Your organisation will be counted as abstaining. It will not be named in public."),
    ("decline", True): N_("Your organisation will be named as not endorsing, also in public."),
    ("decline", False): N_("Your organisation will be counted as not endorsing. It will not be named in public."),
}
"""(Position, whether it is named in public) → what follows from it."""

NAMED_IN_PUBLIC: Mapping[str, str] = {
    "counted": N_("In public, only organisations that endorse are named. The others are counted."),
    "named": N_("In public, every organisation is named, also those that decline, abstain or do not answer."),
}

VISIBLE_WHILE_OPEN: Mapping[str, str] = {
    "all": N_("While the round is open, everyone who can see the round sees every answer."),
    "own": N_("While the round is open, only the organisation itself, the secretariat and auditors see its answer."),
}

PROOFS: Mapping[str, str] = {
    "person": N_("Access to one mailbox is not enough to sign: the person must be proved in a second way."),
    "mail": N_("A code sent by email is enough to sign."),
}
"""Values of the terms of a round → sentence that states them."""

GIVEN_PROOFS: Mapping[str, str] = {
    "password": N_("the signatory’s password was given"),
    "colleague": N_("confirmed by another person of the organisation"),
    "mail": N_("by email alone"),
}
"""How the signatory proved to be the person, besides a code by email."""
