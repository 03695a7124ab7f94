"""How long to wait before a process that ended is started again."""

FIRST_DELAY = 1.0
"""Seconds before the first restart; the delay doubles up to MAX_DELAY."""

MAX_DELAY = 30.0
STABLE_AFTER = 10.0
"""Seconds after which a process counts as stable, and its next restart delay is the first one again.

Twice what a start takes, so that a process killed from time to time does not stay down for longer and longer.
"""


def restart_delay(ran: float, previous: float) -> float:
    """Return the seconds to wait before the next start.

    `ran` are the seconds since the last start, which followed a delay of `previous` seconds (0: none).
    """
    return FIRST_DELAY if ran >= STABLE_AFTER or not previous else min(2 * previous, MAX_DELAY)
