"""Lowering the settings that protect signatures, by as many persons as they demand."""

from collections.abc import Mapping, Sequence
from typing import Any

from service.actions.membership import approvals
from service.actions.membership.power_notices import tell_everyone
from service.domain.membership.approvals import SETTINGS_LOWER
from service.domain.membership.people import Actor
from service.domain.membership.protective_settings import PROTECTIVE_SETTINGS, lowered_settings, persons_demanded
from service.store import record as record_store
from service.store.db import Tx
from service.store.membership import organisations as organisations_store
from service.store.membership.organisations import Coalition


def may_lower_now(tx: Tx, actor: Actor, *, old: Mapping[str, Any], lowered: Mapping[str, Any]) -> bool:
    """Return whether protective settings may be lowered by the actor alone; otherwise it waits for more persons."""
    changes = {name: {"old": old[name], "new": value} for name, value in lowered.items()}
    demanded = persons_demanded(old, lowered)
    asked = approvals.ask(
        tx, actor.person, act=SETTINGS_LOWER, subject="coalition", params={"settings": changes}, demanded=demanded
    )
    return asked is None


def save_settings(
    tx: Tx,
    coalition: Coalition,
    *,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    by: str,
    fields: Sequence[str],
) -> None:
    """Store settings; the record keeps both values of protective ones, and everybody is notified of a lowering."""
    organisations_store.update_coalition(tx, settings=new, logo_sha256=coalition.logo_sha256)
    changed = {name: {"old": old[name], "new": new[name]} for name in PROTECTIVE_SETTINGS if old[name] != new[name]}
    facts = {"coalition": coalition.id, "fields": list(fields), **({"protective": changed} if changed else {})}
    record_store.append(tx, act="coalition.edit", actor=by, facts=facts, values={"coalition.settings": new})
    if lowered_settings(old, new):
        tell_everyone(tx, kind="coalition.settings_lowered", about=f"{coalition.id}.{tx.now}")
