"""Checklist before a round: what is done, what is missing, who can do it, and requests to them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup
from starlette.responses import Response

from service.actions import authorization
from service.actions.drafts import save, suggestions
from service.actions.endorsement import mail_check, readiness
from service.actions.proofs import proofs
from service.domain.documents.document import DRAFTING, Document
from service.domain.documents.version import Version
from service.domain.endorsement.readiness import (
    CAN_SIGN,
    NO_MANDATE,
    NO_PEOPLE,
    NO_SIGNATORY,
    STARTS_LATER,
    UNCONFIRMED,
    unfinished_lines,
)
from service.domain.errors import N_
from service.domain.policy import Resource
from service.domain.publication.proof import ProofState
from service.store.comments import comments as comments_store
from service.store.documents import versions as versions_store
from service.store.membership import organisations as organisations_store
from service.web.forms.handlers import form
from service.web.forms.steps import AskOrganisationForm
from service.web.http.context import Form, RequestContext, redirect
from service.web.texts.starter_texts import starter_text

DONE, MISSING, ADVICE = "done", "missing", "advice"
"""States of a check: MISSING prevents a round, ADVICE does not."""

MAX_LINES = 5
"""Unfinished lines that are quoted."""

HINDRANCES: Mapping[str, str] = {
    STARTS_LATER: N_("its mandate starts later"),
    UNCONFIRMED: N_("a mandate waits for the secretariat’s confirmation"),
    NO_MANDATE: N_("its signatory has no mandate"),
    NO_SIGNATORY: N_("none of its people is a signatory"),
    NO_PEOPLE: N_("nobody has joined yet"),
}
"""State of an organisation that cannot sign → why."""


@dataclass(frozen=True)
class MissingSigner:
    """An organisation for which nobody can sign; `can_ask`: somebody can be asked to change it."""

    organisation: str
    names: Mapping[str, str]
    reason: str
    can_ask: bool


@dataclass(frozen=True)
class Check:
    """A line of the checklist: its state, sentence, the page where it can be corrected, and quotes of the text."""

    state: str
    sentence: Markup
    href: str = ""
    lang: str = ""
    quotes: Sequence[str] = ()
    signers: Sequence[MissingSigner] = ()


@dataclass(frozen=True)
class Checklist:
    """The checks before a round."""

    checks: Sequence[Check]

    @property
    def is_blocked(self) -> bool:
        """Whether something is missing without which no round opens."""
        return any(one.state == MISSING for one in self.checks)


def load_checklist(context: RequestContext, document: Document) -> Checklist:
    """Return the checks of a document in drafting or review."""
    version = versions_store.get_latest(context.tx, document.id)
    return Checklist([*_text_checks(context, document, version), *_signing_checks(context, document, version)])


def _text_checks(context: RequestContext, document: Document, version: Version | None) -> Iterator[Check]:
    formatter, path = context.formatter, f"/documents/{document.id}"
    texts = _current_texts(context, document, version)
    for lang, text in texts.items():
        page = f"{path}/texts/{lang}" if document.state == DRAFTING else f"{path}?lang={lang}"
        if not text.strip():
            state = MISSING if lang in document.authentic else ADVICE
            yield Check(state, formatter.translate(N_("The text is empty.")), page, lang)
            continue
        starter = starter_text(context.app_state.settings, kind=document.kind, lang=lang)
        if lines := unfinished_lines(text, starter=starter):
            sentence = formatter.n("{count} line is not written yet.", "{count} lines are not written yet.", len(lines))
            yield Check(ADVICE, sentence, page, lang, lines[:MAX_LINES])
    if open_threads := _open_threads(context, document):
        sentence = formatter.n("{count} comment is open.", "{count} comments are open.", open_threads)
        yield Check(ADVICE, sentence, f"{path}/comments")
    if waiting := suggestions.count_pending(context.tx, context.user, document):
        sentence = formatter.n(
            "{count} suggested change is waiting for a decision.",
            "{count} suggested changes are waiting for a decision.",
            waiting,
        )
        yield Check(ADVICE, sentence, f"{path}/suggestions")


def _current_texts(context: RequestContext, document: Document, version: Version | None) -> dict[str, str]:
    """Return the texts a round would be about: the drafts in drafting, else the newest version, by language."""
    if document.state == DRAFTING:
        return {
            lang: save.read_best_effort(context.tx, context.user, document_id=document.id, lang=lang).text
            for lang in document.editions
        }
    return {lang: one.text for lang, one in version.editions.items()} if version else {}


def _open_threads(context: RequestContext, document: Document) -> int:
    if not context.may("comment.read", _resource(document)):
        return 0
    counts = comments_store.count_open_threads(context.tx, document.id, organisation=context.user.organisation)
    return sum(counts.values())


def _signing_checks(context: RequestContext, document: Document, version: Version | None) -> Iterator[Check]:
    formatter, path = context.formatter, f"/documents/{document.id}"
    if version is None:
        yield Check(MISSING, formatter.translate(N_("There is no version yet.")), f"{path}/steps")
    else:
        yield Check(
            DONE, formatter.translate(N_("Version {number} exists."), number=version.number), f"{path}/versions"
        )
        yield _proof_check(context, proofs.proof_state(context.tx, version), f"{path}/proofs")
    yield _signer_check(context, document)
    if mail_check.load_state(context.tx).is_needed:
        yield Check(
            ADVICE, formatter.translate(N_("No email was delivered in the last 24 hours, so codes may not arrive."))
        )


def _proof_check(context: RequestContext, state: ProofState, href: str) -> Check:
    formatter = context.formatter
    if state.is_whole:
        return Check(DONE, formatter.translate(N_("All proofs of its files are ready.")), href)
    if state.failed:
        return Check(MISSING, formatter.translate(N_("A file could not be created, so no round can open.")), href)
    if state.making:
        sentence = formatter.n(
            "{count} proof is being made; this takes a few seconds.",
            "{count} proofs are being made; this takes a few seconds.",
            len(state.making),
        )
        return Check(MISSING, sentence, href)
    return Check(MISSING, formatter.translate(N_("Something has changed. The proofs must be made again.")), href)


def _signer_check(context: RequestContext, document: Document) -> Check:
    found = readiness.list_organisations(context.tx, document_id=document.id)
    names = {one.id: one.names for _, one in organisations_store.list_members(context.tx)}
    missing = [
        MissingSigner(
            one.organisation, names[one.organisation], HINDRANCES[one.state], one.state not in (STARTS_LATER, NO_PEOPLE)
        )
        for one in found
        if one.state != CAN_SIGN
    ]
    able = len(found) - len(missing)
    sentence = context.formatter.n(
        "{able} of {count} organisation can sign.", "{able} of {count} organisations can sign.", len(found), able=able
    )
    can_open = any(one.state in (CAN_SIGN, STARTS_LATER) for one in found)
    state = MISSING if not can_open else ADVICE if missing else DONE
    return Check(state, sentence, "/mandates", signers=missing)


def _resource(document: Document) -> Resource:
    return Resource(document=document.id, state=document.state, ever_shared=document.ever_shared)


@form()
def ask_organisation(context: RequestContext, form: Form) -> Response:
    """Ask those who can give an organisation a signatory, then redirect to the next steps."""
    document, organisation = context.path_param("document"), AskOrganisationForm.parse(form).organisation
    readiness.ask_for_mandate(context.tx, context.user, document_id=document, organisation_id=organisation)
    found = authorization.or_not_found(organisations_store.get(context.tx, organisation))
    context.tell("organisation_asked", name=context.formatter.plain_name(found.names))
    return redirect(f"/documents/{document}/steps")


@form()
def ask_secretariat(context: RequestContext, _: Form) -> Response:
    """Tell the secretariat that the document is ready for its next step, then redirect to the next steps."""
    document = context.path_param("document")
    readiness.ask_for_next_step(context.tx, context.user, document_id=document)
    context.tell("secretariat_asked")
    return redirect(f"/documents/{document}/steps")
