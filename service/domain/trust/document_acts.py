"""What acts on documents say of rows: documents, versions, rounds, answers, seals, files, publications."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from service.domain.trust.entry import Entry
from service.domain.trust.expected_rows import ExpectedRows, Fold, Matches, near, one_of

_CLOSED_DOCUMENT = {"passed": "approved", "failed": "review", "cancelled": "review"}


def _open_document(expected: ExpectedRows, entry: Entry) -> None:
    facts = entry.facts
    expected.add(
        "document", facts["document"], kind=facts["kind"], issued_by=facts["issued_by"], opened_by=entry.actor,
        state="drafting",
    )  # fmt: skip


def _set_document_state(expected: ExpectedRows, entry: Entry) -> None:
    state = entry.act.partition(".")[2]
    expected.change("document", entry.facts["document"], state=state)
    if state == "withdrawn":
        for (table, _), row in expected.rows.items():
            if table == "publication" and row.columns.get("document") == entry.facts["document"]:
                row.columns.update(state="withdrawn", note=entry.facts["note"])


def _set_numbering(expected: ExpectedRows, entry: Entry) -> None:
    expected.change("document", entry.facts["document"], numbering=entry.facts["numbering"])


def _cut_version(expected: ExpectedRows, entry: Entry) -> None:
    facts = entry.facts
    expected.add(
        "version", facts["document"], facts["number"], version_sha256=facts["version_sha256"], cut_by=entry.actor,
        cut_at=near(entry.at),
    )  # fmt: skip


def _open_round(expected: ExpectedRows, entry: Entry) -> None:
    facts = entry.facts
    row = expected.add(
        "round", facts["round"], document=facts["document"], rule_sha256=facts["rule_sha256"],
        roll_sha256=facts["roll_sha256"], round_sha256=facts.get("round_sha256"), closes_at=facts["closes_at"],
        opened_by=entry.actor, opened_at=near(entry.at), opens_seq=entry.seq, state="open", closed_at=None,
    )  # fmt: skip
    row.facts["version_sha256"] = facts["version_sha256"]
    if "proofs" in facts:
        row.columns["proofs"] = Matches(partial(_names_proofs, engine=facts["engine"], proofs=facts["proofs"]))
    expected.change("document", facts["document"], state="endorsement")


def _names_proofs(stored: Any, *, engine: str, proofs: Sequence[str]) -> bool:
    """Return whether a round was opened on these proofs, made by these engines."""
    return bool(stored["engine"]["sha256"] == engine and [one["id"] for one in stored["proofs"]] == list(proofs))


def _request_sending(expected: ExpectedRows, entry: Entry) -> None:
    facts = entry.facts
    expected.add(
        "urgent_sending", facts["sending"], document=facts["document"], requested_by=entry.actor,
        requested_at=near(entry.at), state=one_of("requested", "proving"), round=None,
    )  # fmt: skip


def _end_sending(expected: ExpectedRows, entry: Entry) -> None:
    state = {"sending.open": "opened", "sending.fail": "failed", "sending.cancel": "cancelled"}[entry.act]
    ended = {"state": state, "round": entry.facts.get("round"), "ended_at": near(entry.at)}
    expected.change("urgent_sending", entry.facts["sending"], **ended)


def _extend_round(expected: ExpectedRows, entry: Entry) -> None:
    expected.change("round", entry.facts["round"], closes_at=entry.facts["to"])


def _agree_to_end(expected: ExpectedRows, entry: Entry) -> None:
    act = entry.act.split(".")[1]
    expected.add("round_closing", entry.facts["round"], entry.actor, act, at=near(entry.at))


def _withdraw_request(expected: ExpectedRows, entry: Entry) -> None:
    expected.remove("round_closing", entry.facts["round"], entry.actor, entry.act.split(".")[1])


def _dispute(expected: ExpectedRows, entry: Entry) -> None:
    facts = entry.facts
    row = expected.add(
        "dispute", facts["dispute"], round=facts["round"], organisation=facts["organisation"], person=entry.actor,
        subject=facts["subject"], at=near(entry.at),
    )  # fmt: skip
    row.facts["dispute_sha256"] = facts["dispute_sha256"]


def _settle(expected: ExpectedRows, entry: Entry) -> None:
    facts = entry.facts
    expected.add("dispute_settlement", facts["dispute"], entry.actor, facts["act"], at=near(entry.at))


def _close_round(expected: ExpectedRows, entry: Entry) -> None:
    facts = entry.facts
    row = expected.change(
        "round", facts["round"], state=facts["state"], outcome=facts["outcome"], closed_at=near(entry.at)
    )
    if "document" in row.columns:
        expected.change("document", row.columns["document"], state=_CLOSED_DOCUMENT[facts["state"]])


def _cast(expected: ExpectedRows, entry: Entry) -> None:
    facts, answer = entry.facts, (entry.facts["round"], entry.facts["organisation"])
    earlier = expected.live_answers.get(answer)
    if earlier:
        expected.change("endorsement", earlier, state="replaced", ended_at=near(entry.at))
    row = expected.add(
        "endorsement", facts["statement_sha256"], round=facts["round"], organisation=facts["organisation"],
        person=entry.actor, cast_at=near(entry.at), state="cast", ended_at=None,
        **{name: facts[name] for name in ("proof", "marks") if name in facts},
    )  # fmt: skip
    if "proof" in facts:
        row.columns["proof"] = facts["proof"]
    expected.live_answers[answer] = facts["statement_sha256"]


def _withdraw(expected: ExpectedRows, entry: Entry) -> None:
    facts = entry.facts
    row = expected.change("endorsement", facts["withdraws"], state="withdrawn", ended_at=near(entry.at))
    row.facts.update(withdrawal_sha256=facts["statement_sha256"], withdrawn_by=entry.actor)
    expected.live_answers.pop((facts["round"], facts["organisation"]), None)


def _seal(expected: ExpectedRows, entry: Entry) -> None:
    facts = entry.facts
    expected.add(
        "seal", facts["seal"], document=facts["document"], seal_sha256=facts["seal_sha256"], sealed_at=near(entry.at)
    )
    expected.seals[facts["document"]] = facts["seal"]


def _request_export(expected: ExpectedRows, entry: Entry) -> None:
    facts = entry.facts
    expected.add("export", facts["export"], seal=facts["seal"], format=facts["format"], lang=facts["lang"])


def _finish_export(expected: ExpectedRows, entry: Entry) -> None:
    facts = entry.facts
    row = expected.change("export", facts["export"], state="ready")
    row.facts["artefact_key"] = facts["key"]
    expected.change("artefact", facts["key"], sha256=facts["sha256"])


def _fail_export(expected: ExpectedRows, entry: Entry) -> None:
    expected.change("export", entry.facts["export"], state="failed")


def _add_translation(expected: ExpectedRows, entry: Entry) -> None:
    facts = entry.facts
    seal = expected.seals.get(facts["document"])
    if seal:
        expected.add(
            "translation", seal, facts["lang"], facts["number"], text_sha256=facts["text_sha256"], added_by=entry.actor
        )


def _publish(expected: ExpectedRows, entry: Entry) -> None:
    facts = entry.facts
    expected.change("publication", facts["publication"], document=facts["document"], state="public")
    row = expected.add("publication_revision", facts["publication"], facts["revision"], published_by=entry.actor)
    row.facts["seal_sha256"] = facts["seal_sha256"]
    expected.change("document", facts["document"], state="published")


def _withdraw_publication(expected: ExpectedRows, entry: Entry) -> None:
    row = expected.change("publication", entry.facts["publication"], state="withdrawn", note=entry.facts["note"])
    if "document" in row.columns:
        expected.change("document", row.columns["document"], state="withdrawn")


DOCUMENT_ACTS: Mapping[str, Fold] = {
    "document.open": _open_document,
    "document.review": _set_document_state,
    "document.drafting": _set_document_state,
    "document.withdrawn": _set_document_state,
    "document.numbering": _set_numbering,
    "version.cut": _cut_version,
    "round.open": _open_round,
    "sending.request": _request_sending,
    "sending.open": _end_sending,
    "sending.fail": _end_sending,
    "sending.cancel": _end_sending,
    "round.extend": _extend_round,
    "round.close.agree": _agree_to_end,
    "round.cancel.agree": _agree_to_end,
    "round.close.withdraw": _withdraw_request,
    "round.cancel.withdraw": _withdraw_request,
    "round.close": _close_round,
    "endorsement.dispute": _dispute,
    "endorsement.settle": _settle,
    "endorsement.cast": _cast,
    "endorsement.withdraw": _withdraw,
    "document.seal": _seal,
    "export.request": _request_export,
    "export.ready": _finish_export,
    "export.remade": _finish_export,
    "export.failed": _fail_export,
    "translation.add": _add_translation,
    "publication.publish": _publish,
    "publication.withdraw": _withdraw_publication,
}
"""Act → what it says of rows."""
