"""Card of the first page for the secretariat: what is left to set up, who does it, and where."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from service.actions.authorization import require
from service.actions.endorsement import mail_check
from service.domain.errors import N_, Conflict
from service.domain.membership.people import SECRETARIAT
from service.domain.membership.setup import SetupFacts, SetupStep, is_set_up, setup_steps
from service.store.membership import joining as joining_store
from service.store.publication import deliveries as deliveries_store
from service.store.publication import notices as notices_store
from service.web.forms.handlers import form
from service.web.http.context import Form, RequestContext, redirect
from service.web.http.cookies import set_preference
from service.web.http.instance_origin import cookie_name

HIDDEN_COOKIE = "setup"
"""Set in a browser in which the card is put away."""

TEST_EMAIL_INTERVAL = 60 * 1_000_000
"""µs between two test emails to one person."""


@dataclass(frozen=True, slots=True)
class StepText:
    """Title of a step, who does it, its link and the words of the link (message ids)."""

    title: str
    actor: str
    link: str
    action: str


SECRETARIAT_DOES = N_("The secretariat does this.")

STEP_TEXTS: Mapping[str, StepText] = {
    "identity": StepText(N_("Name and logo"), SECRETARIAT_DOES, "/coalition", N_("Add the logo")),
    "mail": StepText(N_("Email"), N_("Your administrator sets up the mail server."), "", N_("Send me a test email")),
    "secretaries": StepText(
        N_("A second person in the secretariat"), SECRETARIAT_DOES, "/invitations", N_("Invite a colleague")
    ),
    "members": StepText(N_("Organisations and people"), SECRETARIAT_DOES, "/import", N_("Import a table")),
    "mandates": StepText(
        N_("Mandates to sign"),
        N_("Focal points grant mandates. The secretariat confirms them."),
        "/mandates",
        N_("View mandates"),
    ),
    "document": StepText(
        N_("The first document"),
        N_("The secretariat and drafters do this."),
        "/documents/new",
        N_("Create a document"),
    ),
}
"""Step → its words."""


@dataclass(frozen=True, slots=True)
class SetupCard:
    """The steps and the facts they come from; `is_next` names the first step that is not done."""

    steps: tuple[SetupStep, ...]
    facts: SetupFacts
    is_next: str
    texts: Mapping[str, StepText]

    @property
    def done(self) -> int:
        """Return the number of steps that are done."""
        return sum(step.is_done for step in self.steps)


def load_setup_card(context: RequestContext) -> SetupCard | None:
    """Return the card for a person of the secretariat; None once all is done, in a sample, and if it is put away."""
    if context.is_sample or context.actor is None or not context.actor.has_role([SECRETARIAT]):
        return None
    if context.request.cookies.get(cookie_name(context.request, HIDDEN_COOKIE)):
        return None
    facts = _load_facts(context)
    steps = setup_steps(facts)
    if is_set_up(steps):
        return None
    return SetupCard(steps, facts, next(step.name for step in steps if not step.is_done), STEP_TEXTS)


@form()
def send_test_email(context: RequestContext, _: Form) -> Response:
    """Send the user a test email. Raises Conflict `test_email_sent` within TEST_EMAIL_INTERVAL of the last email."""
    require(context.user, "round.open")
    newest = notices_store.list_newest_emails(context.tx, context.user.person, limit=1)
    if newest and context.tx.now - newest[0].at < TEST_EMAIL_INTERVAL:
        raise Conflict(
            "test_email_sent", N_("An email to you was created less than a minute ago. Wait for it, then try again.")
        )
    mail_check.send_test_email(context.tx, context.user)
    context.tell("test_email_sent")
    return redirect("/#setup")


@form()
def put_away(context: RequestContext, _: Form) -> Response:
    """Put the card away in this browser."""
    require(context.user, "coalition.edit")
    response = redirect("/")
    set_preference(context, response, HIDDEN_COOKIE, "hidden")
    return response


def _load_facts(context: RequestContext) -> SetupFacts:
    counts = joining_store.load_counts(context.tx)
    return SetupFacts(
        has_logo=bool(context.coalition and context.coalition.logo_sha256),
        has_mail_server=bool(context.app_state.settings.smtp_url),
        has_delivered_email=deliveries_store.get_last_delivery(context.tx) is not None,
        secretaries=counts.secretaries,
        organisations=counts.organisations,
        organisations_joined=counts.organisations_joined,
        organisations_mandated=counts.organisations_mandated,
        documents=counts.documents,
    )
