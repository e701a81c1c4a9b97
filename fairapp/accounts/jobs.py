"""Timed calls about accounts."""

from datetime import datetime

import structlog

from fairapp import db
from fairapp.accounts import actions, queries, rules

log = structlog.get_logger()


def erase_due(now: datetime) -> int:
    """Erase the people whose days of grace are over; return how many. Who has duties again by then is left and logged."""
    with db.read() as session:
        due = queries.erasures_due(session, now)
    erased = 0
    for account_id in due:
        try:
            db.write(actions.erase, account_id, "asked", now)
            erased += 1
        except rules.HandOver:
            log.warning("erasure_waits", account=account_id)
    if erased:
        db.of().scrub()
    return erased


def forget_old(now: datetime) -> None:
    """Delete sessions, links and counts of wrong passwords that no longer say anything."""
    db.write(actions.forget_old, now)
