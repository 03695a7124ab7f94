"""A short tour of the product for a new user, by role; it can be left at each step."""

from dataclasses import dataclass

from starlette.responses import Response

from service.actions import authorization
from service.domain.errors import N_
from service.domain.membership.people import COMMUNICATIONS, DRAFTER, FOCAL_POINT, SECRETARIAT, SIGNATORY
from service.web.forms.handlers import form, page
from service.web.http.context import Form, RequestContext, redirect
from service.web.http.cookies import TOUR_COOKIE, set_preference
from service.web.http.pages import render_page


@dataclass(frozen=True)
class TourStep:
    """A step of the tour (message ids), shown to those with one of `roles`; empty: to everyone."""

    title: str
    text: str
    roles: tuple[str, ...] = ()


TOUR: tuple[TourStep, ...] = (
    TourStep(
        N_("What waits for you is on the first page"),
        N_("Home lists what you or your organisation need to do, the most urgent first, with its deadline."),
    ),
    TourStep(
        N_("Each document has one page"),
        N_(
            "Its header says at which stage it is and what you can do now. The tabs lead to its text, what changed, "
            "comments, endorsement, files and record."
        ),
    ),
    TourStep(
        N_("You see what changed since your last visit"),
        N_("A blue line at the top of a document leads to exactly what others changed since you looked."),
    ),
    TourStep(
        N_("Everyone writes in the same text"),
        N_("Choose “Write” and type. Your words are saved when the page says so, also offline."),
        (DRAFTER, SECRETARIAT),
    ),
    TourStep(
        N_("You comment on words, and suggest other ones"),
        N_("Select words to comment on them. With “Suggesting” you change a copy, and drafters accept or dismiss it."),
        (FOCAL_POINT, SIGNATORY, DRAFTER, SECRETARIAT),
    ),
    TourStep(
        N_("You sign for your organisation"),
        N_(
            "When a round opens, we email you. You read the exact text, choose an answer, and confirm it with a code. "
            "Until the round closes, your organisation can change its answer."
        ),
        (SIGNATORY, FOCAL_POINT),
    ),
    TourStep(
        N_("A checklist says what is missing before a round"),
        N_("“Next step” shows what is done, what is missing and who can do it, and lets you ask them."),
        (SECRETARIAT, DRAFTER),
    ),
    TourStep(
        N_("You publish files that can be checked"),
        N_("After approval, the tab “Files” has PDF and Word files in each language, and the button to publish them."),
        (COMMUNICATIONS, SECRETARIAT),
    ),
    TourStep(
        N_("Help is one press away"),
        N_("The question mark at the top of each page opens the paragraph of the guide about it."),
    ),
)


@page
def show_tour(context: RequestContext) -> Response:
    """Serve `/tour?step`: one step of the tour for the roles of the user; steps count from 1."""
    steps = [one for one in TOUR if not one.roles or context.user.has_role(one.roles, any_document=True)]
    asked = context.query_param("step")
    number = min(int(asked), len(steps)) if asked.isascii() and asked.isdigit() and 0 < len(asked) < 4 else 1
    return render_page(
        context, "system/tour.html", step=steps[max(number, 1) - 1], number=max(number, 1), count=len(steps)
    )


@form()
def end_tour(context: RequestContext, _: Form) -> Response:
    """End the tour: this browser no longer offers it."""
    authorization.require(context.user, "account.own")
    response = redirect("/")
    set_preference(context, response, TOUR_COOKIE, "ended")
    return response
