"""Signing pages: choose a position, confirm the statement with an emailed code, and the receipt."""

from urllib.parse import quote

from starlette.responses import Response

from service.actions.accounts import proof, step_up
from service.actions.authorization import or_not_found
from service.actions.endorsement import colleagues, endorsements, signing
from service.actions.endorsement.signing import SigningView
from service.actions.trust import heads
from service.domain.documents.version import Version
from service.domain.endorsement.endorsement import MAX_CODE_ATTEMPTS, MAX_RESERVATION_LENGTH
from service.domain.endorsement.round import RollEntry, Round
from service.domain.endorsement.rules import rule_from_json
from service.domain.trust.statement import WITHDRAWAL, parse_statement, statement_sha256
from service.i18n import LANGUAGES
from service.store.accounts import accounts as accounts_store
from service.store.accounts import people as people_store
from service.store.documents import documents as documents_store
from service.store.documents import versions as versions_store
from service.store.endorsement import rounds as rounds_store
from service.web.forms.fields import parse_version_number
from service.web.forms.handlers import form, page
from service.web.forms.rounds import PositionForm, StatementCodeForm
from service.web.http.context import Form, RequestContext, redirect
from service.web.http.downloads import attachment_headers
from service.web.http.idempotency import new_idempotency_key, run_once
from service.web.http.pages import render_page
from service.web.rendering import term_labels
from service.web.rounds.bound_terms import bound_terms, consequence
from service.web.rounds.code_delivery import code_delivery
from service.web.rounds.mandate_request import list_asked_names
from service.web.rounds.reservation_check import request_proofs
from service.web.rounds.tally import headline, round_tally
from service.web.rounds.version_changes import ChangesSinceVersion, facts_changed, text_changes
from service.web.texts.last_seen import last_seen_version
from service.web.texts.selection import ShownText, chosen_language, version_text

CHOICES = ("endorse", "endorse_with_reservation", "abstain", "decline")
"""Positions on offer, in the order of the form."""


@page
def show_choice(context: RequestContext) -> Response:
    """Render `/rounds/{round}/sign?lang&since`: what changed, the exact text, and the positions.

    Anonymous requests are redirected to the sign-in page, whether or not the round exists.
    """
    if context.actor is None:
        return redirect(f"/sign-in?next={quote(context.request.url.path)}")
    signing_view = signing.load_view(context.tx, context.user, round_id=context.path_param("round"))
    lang = chosen_language(context, sorted(signing_view.version.editions), authentic=signing_view.version.authentic)
    return render_page(
        context,
        "rounds/sign.html",
        desk=signing_view,
        round=signing_view.round,
        document=signing_view.document,
        titles={code: edition.title for code, edition in signing_view.version.editions.items()},
        mine=roll_entry(signing_view.round, context.user.organisation),
        asked_for_mandate=list_asked_names(context) if signing_view.hindrance else [],
        lang=lang,
        shown=version_text(context, signing_view.version, lang),
        others=_other_official_texts(context, signing_view.version, lang),
        bound=bound_terms(signing_view.round, formatter=context.formatter),
        required=context.user.organisation in rule_from_json(signing_view.round.rule).required,
        consequences={position: consequence(signing_view.round, position) for position in CHOICES},
        changes=_changes_since_version(context, signing_view, lang),
        choices=CHOICES,
        chosen=signing_view.live.position if signing_view.live else "",
        words={code: _current_reservation(signing_view, code) for code in LANGUAGES},
        longest=MAX_RESERVATION_LENGTH,
        key=new_idempotency_key(),
        now=context.tx.now,
    )


@form(redisplay=show_choice, codes=())
def prepare_statement(context: RequestContext, form: Form) -> Response:
    """Prepare the statement of the chosen position, email its code, then redirect to the code form.

    A reservation is first rendered alone; the page that waits for that sends the same form again.
    """

    def action() -> str:
        chosen = PositionForm.parse(form)
        waiting_page = request_proofs(context, chosen)
        if waiting_page:
            return waiting_page
        prepared = endorsements.prepare(
            context.tx,
            context.user,
            round_id=context.path_param("round"),
            position=chosen.position,
            reservation=chosen.texts,
            lang=chosen.lang,
            replaces=chosen.replaces,
            secret=context.app_state.secret,
        )
        return f"/rounds/{context.path_param('round')}/sign/{prepared.challenge}"

    return run_once(context, form, action)


@page
def show_code_form(context: RequestContext) -> Response:
    """Render `/rounds/{round}/sign/{challenge}`: the exact statement, and the field for the code."""
    round_id = context.path_param("round")
    challenge = signing.get_pending_challenge(
        context.tx, context.user, round_id=round_id, challenge_id=context.path_param("challenge")
    )
    round_ = or_not_found(rounds_store.get(context.tx, round_id))
    signatory = or_not_found(people_store.get(context.tx, challenge.person))
    return render_page(
        context,
        "rounds/sign_confirm.html",
        challenge=challenge,
        round=round_,
        version=or_not_found(versions_store.get(context.tx, round_.version)),
        document=or_not_found(documents_store.get(context.tx, round_.document)),
        statement=parse_statement(challenge.statement),
        sha256=statement_sha256(challenge.statement),
        email=signatory.email,
        left=MAX_CODE_ATTEMPTS - challenge.tries,
        marks=signing.get_marks(context.tx, context.user, round_),
        by_app=parse_statement(challenge.statement).assurance == step_up.BY_TOTP,
        proof=colleagues.find_proof(context.tx, context.user, round_, challenge),
        has_password=accounts_store.get_password_hash(context.tx, context.user.person) is not None,
        password_from=proof.password_signs_from(context.tx, context.user),
        colleagues=[
            context.formatter.plain_name(one.names)
            for one in colleagues.list_colleagues(
                context.tx, organisation=challenge.organisation, signatory=challenge.person
            )
        ],
        delivery=code_delivery(context, challenge.id),
        asked=bool(context.query_param("asked")),
        now=context.tx.now,
        wrong=bool(challenge.tries),
        withdraws=challenge.position == WITHDRAWAL,
        key=new_idempotency_key(),
        again=new_idempotency_key(),
    )


@form(redisplay=show_code_form, codes=["wrong_code", "wrong_totp", "too_many_passwords", "second_proof_needed"])
def confirm_statement(context: RequestContext, form: Form) -> Response:
    """Confirm the statement with its code, then redirect to the receipt."""

    def action() -> str:
        signing.confirm(
            context.tx,
            context.user,
            round_id=context.path_param("round"),
            challenge_id=context.path_param("challenge"),
            code="".join(StatementCodeForm.parse(form).code.split()),
            secret=context.app_state.secret,
        )
        return f"/rounds/{context.path_param('round')}/receipt"

    return run_once(context, form, action)


@page
def show_receipt(context: RequestContext) -> Response:
    """Render `/rounds/{round}/receipt`: the last statement of the user's organisation."""
    document, round_, last = signing.get_receipt(context.tx, context.user, round_id=context.path_param("round"))
    version = or_not_found(versions_store.get(context.tx, round_.version))
    tally = round_tally(context.tx, round_, reader=context.user, formatter=context.formatter)
    signatory = people_store.get(context.tx, last.person)
    return render_page(
        context,
        "rounds/receipt.html",
        proofs=term_labels.GIVEN_PROOFS,
        document=document,
        titles={code: edition.title for code, edition in version.editions.items()},
        round=round_,
        version=version,
        mine=roll_entry(round_, context.user.organisation),
        last=last,
        statement=parse_statement(last.statement),
        sha256=statement_sha256(last.ended_statement or last.statement),
        said=headline(tally, round_, formatter=context.formatter),
        hand=context.formatter.plain_name(signatory.names) if signatory else last.person,
        accepts=round_.is_accepting(now=context.tx.now),
        head=heads.receipt_head(context.tx, statement_sha256(last.ended_statement or last.statement)),
    )


@page
def download_statement(context: RequestContext) -> Response:
    """Return `/rounds/{round}/receipt/statement`: the exact bytes that were confirmed, as an attachment."""
    _, _, last = signing.get_receipt(context.tx, context.user, round_id=context.path_param("round"))
    data = last.ended_statement or last.statement
    sha256 = statement_sha256(data)
    name = f"mithaq-statement-{sha256[:8]}.json"
    headers = attachment_headers(name, media_type="application/json", sha256=sha256, size=len(data))
    return Response(data, headers=headers)


def roll_entry(round_: Round, organisation: str | None) -> RollEntry | None:
    """Return the roll entry of an organisation; None if it is not on the roll."""
    return next((one for one in round_.roll if one.organisation == organisation), None)


def _other_official_texts(context: RequestContext, version: Version, lang: str) -> list[ShownText]:
    """Return the official texts in other languages: a statement binds all of them, whichever was read."""
    return [version_text(context, version, other) for other in sorted(version.authentic) if other != lang]


def _changes_since_version(context: RequestContext, signing_view: SigningView, lang: str) -> ChangesSinceVersion | None:
    """Return the changes since an older version in all texts; None for the first version.

    The older version is the requested one, else the one the organisation answered on, else the one the user saw last,
    else the previous one. Raises InvalidInput `bad_number`, NotFound if there is no such version.
    """
    requested, known, newer = context.query_param("since"), signing_view.last_known_version, signing_view.version
    seen_number = last_seen_version(context, signing_view.document, newest=newer.number, shown=newer.number)
    number = (
        parse_version_number(requested) if requested else known.number if known else seen_number or newer.number - 1
    )
    if not 0 < number < newer.number:
        return None
    older = or_not_found(versions_store.get_by_number(context.tx, signing_view.document.id, number))
    return ChangesSinceVersion(
        since=number,
        known_to_organisation=known is not None and known.number == number,
        seen_by_user=number == seen_number,
        texts=text_changes(context, older, newer, first=lang),
        official_before=older.authentic if set(older.authentic) != set(newer.authentic) else (),
        outside=facts_changed(context, signing_view.document, older, newer, signing_view.round, lang=lang),
    )


def _current_reservation(signing_view: SigningView, lang: str) -> str:
    return signing_view.live.reservation.get(lang, "") if signing_view.live else ""
