"""Fast track: an urgent statement goes from draft to signatories in one step, without review."""

from collections.abc import Mapping

from service.actions import authorization
from service.actions.documents import versions
from service.actions.endorsement import mail_check, rounds
from service.domain.endorsement.terms import DEFAULT_OPTIONS, RoundOptions
from service.domain.errors import N_, Conflict, InvalidInput
from service.domain.membership.people import Actor
from service.store.db import Tx

HOUR = 60 * 60 * 1_000_000
"""µs."""
MIN_HOURS, MAX_HOURS = 1, 7 * 24
"""Hours a round of an urgent statement may last."""


def open_urgent_round(
    tx: Tx,
    actor: Actor,
    *,
    document_id: str,
    hours: int,
    at_least: int,
    note: str = "",
    seen_seqs: Mapping[str, int] | None = None,
    rev: int | None = None,
    without_codes: bool = False,
    options: RoundOptions = DEFAULT_OPTIONS,
) -> str:
    """Cut the version and open its sign-on round for `hours`, and return the round's id.

    It passes with at least `at_least` signatories and closes early once all have answered, as `options` say. If nothing
    changed since the latest version (a round failed or was cancelled), that version is used again.

    The document is locked once; `version.cut` is checked besides `round.open`. Raises `InvalidInput`
    `hours_out_of_range`, `Conflict` `not_urgent`, `codes_not_mailed`, and as `cut_version` and `open_round` do.
    """
    document = authorization.load_document(tx, actor, "round.open", document_id, lock=True)
    if not document.urgent:
        raise Conflict("not_urgent", N_("Only urgent statements skip review. Send this one to review first."))
    if not MIN_HOURS <= hours <= MAX_HOURS:
        raise InvalidInput(
            "hours_out_of_range",
            N_("Choose a deadline between {least} and {most} hours."),
            field="hours",
            least=MIN_HOURS,
            most=MAX_HOURS,
        )
    mail_check.require_codes_go_out(tx, confirmed=without_codes)
    version = versions.cut_if_changed(tx, actor, document, note=note, seen_seqs=seen_seqs, rev=rev)
    return rounds.open_authorised_round(
        tx,
        actor,
        document,
        version_number=version.number,
        closes_at=tx.now + hours * HOUR,
        rule={"v": 1, "kind": "sign_on", "at_least": at_least},
        close_when_all_answered=True,
        options=options,
    )
