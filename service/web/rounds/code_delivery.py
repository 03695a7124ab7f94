"""How the email with the code of a statement stands, for the person who waits for it."""

from dataclasses import dataclass

from service.actions.accounts import code_mail
from service.store.publication import deliveries as deliveries_store
from service.web.http.context import RequestContext
from service.web.rendering.bounce_reasons import bounce_reason

DELIVERY_TIME = 8_000_000
"""µs in which an email with a code should have gone out; after that the page names what else there is."""

BOUNCE_TIME = 60_000_000
"""µs after sending for which the page looks whether the email came back: most do so within seconds."""


@dataclass(frozen=True, slots=True)
class CodeDelivery:
    """`state` is "going", "late", "sent" or "back"; "" without an email. `reason` (message id) is why it came back.

    `may_change`: the page is to look again by itself.
    """

    state: str
    reason: str = ""
    may_change: bool = False


def code_delivery(context: RequestContext, challenge_id: str) -> CodeDelivery:
    """Return how the email with the code stands: under way for the first seconds, then late, sent, or come back."""
    email = deliveries_store.get_delivery_of_code(context.tx, code_of=code_mail.STATEMENT, code_ref=challenge_id)
    if email is None:
        return CodeDelivery("")
    age = context.tx.clock() - (email.ended_at or email.at)
    if email.bounce is not None:
        return CodeDelivery("back", reason=bounce_reason(email.bounce))
    if email.state in ("sent", "shown"):
        return CodeDelivery("sent", may_change=email.state == "sent" and age < BOUNCE_TIME)
    is_new = email.state == "waiting" and age < DELIVERY_TIME
    return CodeDelivery("going" if is_new and email.error is None else "late", may_change=True)
