"""The way of a signatory: what changed and the choice, the exact sentence and its code, the receipt."""

from dataclasses import dataclass
from urllib.parse import quote

from starlette.responses import Response

from service.actions.authorization import seen
from service.actions.endorsement import endorsements, signing
from service.actions.endorsement.signing import Desk
from service.domain.endorsement.endorsement import CODE_TRIES, LONGEST_RESERVATION
from service.domain.endorsement.round import Entry, Round
from service.domain.trust.statement import WITHDRAWAL, parse, statement_sha256
from service.i18n import LANGUAGES
from service.store.accounts import people as people_store
from service.store.documents import documents as documents_store
from service.store.documents import versions as versions_store
from service.store.endorsement import rounds as rounds_store
from service.web.comparisons.navigation import Ways, side_of, ways_of
from service.web.forms.fields import numbered
from service.web.forms.redisplay import acting_or_again, refused, typed
from service.web.http.context import Form, Visit, onward
from service.web.http.downloads import file_headers
from service.web.http.idempotency import new_key, once
from service.web.http.pages import show
from service.web.rounds.tally import headline, standings
from service.web.texts.last_seen import new_since
from service.web.texts.redline_fragment import told
from service.web.texts.selection import chosen, version_text

CHOICES = ("endorse", "endorse_with_reservation", "abstain", "decline")


@dataclass(frozen=True)
class Changes:
    """What is new in the version of the round: one sentence, and the parts of the text that changed. `own` says that
    the organisation knows the older version from a round before, `looked` that the reader saw it last."""

    since: int
    own: bool
    looked: bool
    said: str
    ways: Ways


def choice(visit: Visit) -> Response:
    """`/rounds/{round}/sign?lang&since`: what changed, the exact text, and the choice. Strangers come to the door at
    once, whatever the address: the link is one of few screens on a phone."""
    if visit.actor is None:
        return onward(f"/sign-in?next={quote(visit.request.url.path)}")
    desk = signing.desk(visit.tx, visit.reader, round_id=visit.path("round"))
    lang = chosen(visit, sorted(desk.version.editions), authentic=desk.version.authentic)
    form = typed(visit)
    return show(
        visit,
        "rounds/sign.html",
        desk=desk,
        round=desk.round,
        document=desk.document,
        titles={code: edition.title for code, edition in desk.version.editions.items()},
        mine=entry_of(desk.round, visit.reader.organisation),
        lang=lang,
        shown=version_text(visit, desk.version, lang),
        changes=_changes(visit, desk, lang),
        choices=CHOICES,
        chosen=form.get("position", desk.live.position if desk.live else ""),
        words={code: form.get(f"reservation.{code}", _kept(desk, code)) for code in LANGUAGES},
        longest=LONGEST_RESERVATION,
        refused=refused(visit),
        key=new_key(),
        now=visit.tx.now,
    )


def choose(visit: Visit, form: Form) -> Response:
    """Prepare the statement of what was chosen, mail its code, and go to where the code is asked."""

    def act() -> str:
        made = endorsements.prepare(
            visit.tx,
            visit.reader,
            round_id=visit.path("round"),
            position=form.get("position", ""),
            reservation={code: form.get(f"reservation.{code}", "") for code in LANGUAGES},
            lang=form.get("lang", ""),
            replaces=form.get("replaces") or None,
            secret=visit.house.secret,
        )
        return f"/rounds/{visit.path('round')}/sign/{made.challenge}"

    return once(visit, form, act)


def code(visit: Visit) -> Response:
    """`/rounds/{round}/sign/{challenge}`: the exact sentence, and the field of the code."""
    round_id = visit.path("round")
    found = signing.pending(visit.tx, visit.reader, round_id=round_id, challenge_id=visit.path("challenge"))
    round_ = seen(rounds_store.get(visit.tx, round_id))
    me = seen(people_store.get(visit.tx, found.person))
    return show(
        visit,
        "rounds/sign_confirm.html",
        challenge=found,
        round=round_,
        version=seen(versions_store.get(visit.tx, round_.version)),
        document=seen(documents_store.get(visit.tx, round_.document)),
        statement=parse(found.statement),
        sha256=statement_sha256(found.statement),
        email=me.email,
        left=CODE_TRIES - found.tries,
        wrong=bool(found.tries),
        withdraws=found.position == WITHDRAWAL,
        key=new_key(),
        again=new_key(),
    )


def confirm(visit: Visit, form: Form) -> Response:
    """The code does what the statement says; then the receipt."""

    def act() -> str:
        signing.confirm(
            visit.tx,
            visit.reader,
            round_id=visit.path("round"),
            challenge_id=visit.path("challenge"),
            code="".join(form.get("code", "").split()),
            secret=visit.house.secret,
        )
        return f"/rounds/{visit.path('round')}/receipt"

    return once(visit, form, act)


def receipt(visit: Visit) -> Response:
    """`/rounds/{round}/receipt`: what the reader's organisation last said, for its people to keep."""
    document, round_, last = signing.receipt(visit.tx, visit.reader, round_id=visit.path("round"))
    version = seen(versions_store.get(visit.tx, round_.version))
    stands = standings(visit.tx, round_, voice=visit.voice)
    hand = people_store.get(visit.tx, last.person)
    return show(
        visit,
        "rounds/receipt.html",
        document=document,
        titles={code: edition.title for code, edition in version.editions.items()},
        round=round_,
        version=version,
        mine=entry_of(round_, visit.reader.organisation),
        last=last,
        statement=parse(last.statement),
        sha256=statement_sha256(last.ended_statement or last.statement),
        said=headline(stands, round_, voice=visit.voice),
        hand=visit.voice.plain(hand.names) if hand else last.person,
        accepts=round_.accepts(now=visit.tx.now),
    )


def statement(visit: Visit) -> Response:
    """`/rounds/{round}/receipt/statement`: the exact bytes that were agreed to, as a file."""
    _, _, last = signing.receipt(visit.tx, visit.reader, round_id=visit.path("round"))
    data = last.ended_statement or last.statement
    sha256 = statement_sha256(data)
    name = f"mithaq-statement-{sha256[:8]}.json"
    headers = file_headers(name, media_type="application/json", sha256=sha256, size=len(data))
    return Response(data, headers=headers)


CHOOSE = acting_or_again(choose, choice, codes=())
CONFIRM = acting_or_again(confirm, code, codes=["wrong_code"])


def entry_of(round_: Round, organisation: str | None) -> Entry | None:
    """The line of the roll of an organisation; None where it is not asked."""
    return next((one for one in round_.roll if one.organisation == organisation), None)


def _changes(visit: Visit, desk: Desk, lang: str) -> Changes | None:
    """Since the version asked for, else the one the organisation knows, else the one the reader saw last, else the one
    before; None for the first and for a text that is new."""
    asked, known = visit.query("since"), desk.known
    last = new_since(visit, desk.document, newest=desk.version.number, shown=desk.version.number)
    number = numbered(asked) if asked else known.number if known else last or desk.version.number - 1
    if not 0 < number < desk.version.number:
        return None
    older = seen(versions_store.numbered(visit.tx, desk.document.id, number))
    if lang not in older.editions:
        return None
    path = f"/documents/{desk.document.id}/comparison"
    sides = side_of(visit, older, lang), side_of(visit, desk.version, lang)
    ways = ways_of(visit, *sides, lang=lang, path=path, view="changes")
    said = told(ways.sheet.comparison.counts, voice=visit.voice)
    return Changes(number, known is not None and known.number == number, number == last, said, ways)


def _kept(desk: Desk, lang: str) -> str:
    return desk.live.reservation.get(lang, "") if desk.live else ""
