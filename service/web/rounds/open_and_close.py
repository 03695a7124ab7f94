"""To open a round, and to end one early."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from service.actions import authorization
from service.actions.authorization import seen
from service.actions.endorsement import rounds
from service.domain.documents.document import ENDORSEMENT, check_move
from service.domain.endorsement.rule_words import explain
from service.domain.endorsement.rules import default_for, rule_from_json, rule_to_json
from service.store.documents import versions as versions_store
from service.store.membership import organisations as organisations_store
from service.web.forms.deadline_field import MEANT, OWN, given, offered, working_days
from service.web.forms.redisplay import acting_or_again, refused, typed
from service.web.http.context import Form, Visit, acting
from service.web.http.idempotency import new_key, once
from service.web.http.pages import show

RULES: Mapping[str, Mapping[str, Any]] = {
    "sign_on": {"kind": "sign_on", "at_least": 2},
    "majority": {"kind": "majority", "of": "all"},
    "majority_cast": {"kind": "majority", "of": "cast"},
    "two_thirds": {"kind": "fraction", "num": 2, "den": 3, "of": "all"},
    "two_thirds_cast": {"kind": "fraction", "num": 2, "den": 3, "of": "cast"},
    "consensus": {"kind": "consensus"},
}
"""What a round may turn on, as the form offers it."""

QUORUMS: Mapping[str, Mapping[str, int]] = {
    "half": {"num": 1, "den": 2},
    "two_thirds": {"num": 2, "den": 3},
    "everyone": {"num": 1, "den": 1},
}

REQUIRED = "required."


@dataclass(frozen=True)
class Offer:
    """A rule in plain words; `usual` says that documents of this kind have it where nobody chose."""

    name: str
    words: str
    usual: bool


def ask(visit: Visit) -> Response:
    """`/documents/{document}/round`: the form that opens a round on the latest version."""
    found = authorization.document(visit.tx, visit.reader, "round.open", visit.path("document"))
    check_move(found, ENDORSEMENT)
    form = typed(visit)
    offers = _offers(visit, found.kind)
    return show(
        visit,
        "rounds/open.html",
        document=found,
        titles={code: edition.title for code, edition in found.editions.items()},
        version=seen(versions_store.latest(visit.tx, found.id)),
        offers=offers,
        rule=form.get("rule", next((one.name for one in offers if one.usual), "sign_on")),
        at_least=form.get("at_least", "2"),
        quorums=QUORUMS,
        members=[one for _, one in organisations_store.members(visit.tx)],
        required=_required(form),
        deadlines=offered(visit.tx.now, zone=visit.voice.home, days=working_days(visit)),
        own=OWN,
        meant=MEANT,
        working_days=working_days(visit),
        form=form,
        refused=refused(visit),
        key=new_key(),
    )


def open_(visit: Visit, form: Form) -> Response:
    """Open the round, and show where it stands."""

    def act() -> str:
        number = form.get("version", "")
        made = rounds.open_round(
            visit.tx,
            visit.reader,
            document_id=visit.path("document"),
            version_number=int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 0,
            closes_at=given(form, now=visit.tx.now, zone=visit.voice.home, days=working_days(visit)),
            rule=_rule(form),
            close_when_all_answered="close_when_all_answered" in form,
        )
        return f"/rounds/{made}"

    return once(visit, form, act)


def close(visit: Visit, form: Form) -> Response:
    """Agree to close the round now."""
    return _end(visit, form, rounds.close)


def cancel(visit: Visit, form: Form) -> Response:
    """Agree to cancel the round."""
    return _end(visit, form, rounds.cancel)


OPEN = acting_or_again(open_, ask)
CLOSE, CANCEL = acting(close), acting(cancel)


def _end(visit: Visit, form: Form, act: Callable[..., object]) -> Response:
    def end() -> str:
        act(visit.tx, visit.reader, round_id=visit.path("round"))
        return f"/rounds/{visit.path('round')}"

    return once(visit, form, end)


def _offers(visit: Visit, kind: str) -> list[Offer]:
    usual = rule_to_json(default_for(kind))
    lang, digits = visit.voice.lang, visit.voice.digits_of(visit.voice.lang)
    read = {name: rule_from_json(plain) for name, plain in RULES.items()}
    return [
        Offer(name, explain(rule, lang=lang, digits=digits), rule_to_json(rule) == usual) for name, rule in read.items()
    ]


def _rule(form: Form) -> dict[str, Any]:
    """The rule the form describes, for the domain to judge."""
    rule: dict[str, Any] = dict(RULES.get(form.get("rule", ""), {}))
    at_least = form.get("at_least", "")
    if "at_least" in rule:
        rule["at_least"] = int(at_least) if at_least.isascii() and at_least.isdigit() and len(at_least) < 7 else 0
    if form.get("quorum") in QUORUMS:
        rule["quorum"] = dict(QUORUMS[form["quorum"]])
    return rule | ({"required": sorted(_required(form))} if _required(form) else {})


def _required(form: Form) -> frozenset[str]:
    return frozenset(name.removeprefix(REQUIRED) for name in form if name.startswith(REQUIRED))
