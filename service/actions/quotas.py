"""Quotas of a person (`service/domain/quotas.py`), checked by the actions that they limit."""

from collections.abc import Mapping

from service.domain.membership.people import SECRETARIAT, Actor
from service.domain.quotas import HOUR, OUTSTANDING, Usage, check_quota
from service.store import quotas as quotas_store
from service.store.db import Tx


def require_outstanding(tx: Tx, actor: Actor, name: str) -> None:
    """Raise RateLimited `quota_reached` if the actor has as many of these as they may have at one time."""
    quotas_store.lock_quotas(tx, actor.person)
    check_quota(name, _outstanding(tx, actor, name), now=tx.clock())


def require_hourly(tx: Tx, actor: Actor, name: str) -> None:
    """Raise RateLimited `quota_reached` if the actor did as many of these within the last hour as they may."""
    quotas_store.lock_quotas(tx, actor.person)
    check_quota(name, _hourly(tx, actor, name), now=tx.clock())


def list_usage(tx: Tx, actor: Actor) -> Mapping[str, Usage]:
    """Return what the actor has used of each quota that applies to them."""
    outstanding = {name: _outstanding(tx, actor, name) for name in OUTSTANDING}
    hourly = {name: _hourly(tx, actor, name) for name in tx.hourly_limits}
    return {name: usage for name, usage in {**outstanding, **hourly}.items() if usage.limit is not None}


def _outstanding(tx: Tx, actor: Actor, name: str) -> Usage:
    return Usage(quotas_store.count_outstanding(tx, name, person=actor.person), OUTSTANDING[name])


def _hourly(tx: Tx, actor: Actor, name: str) -> Usage:
    limit = tx.hourly_limits.get(name)
    if limit is None or (actor.has_role([SECRETARIAT]) and not quotas_store.had_round(tx)):
        return Usage(0, None)
    used, since = quotas_store.count_since(tx, name, person=actor.person, since=tx.clock() - HOUR)
    return Usage(used, limit, since)
