"""Timed calls about accounts."""

from datetime import datetime

import structlog

from fairapp import db
from fairapp.accounts import actions, queries, rules

log = structlog.get_logger()

MOST_BATCHES = 20  # of one rule in one run


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


def make_person_files(now: datetime) -> int:
    """Make one ordered file of somebody's own data and delete old ones; return how many were made (0 or 1)."""
    with db.read() as session:
        if not queries.person_files_due(session, now):
            return 0
    folder = queries.people_folder()
    for name in db.write(actions.forget_person_files, now):
        (folder / name).unlink(missing_ok=True)
    file_id = db.write(actions.claim_person_file, now)
    if file_id is None:
        return 0
    with db.read() as session:
        order = queries.own_file(session, file_id)
    # Nobody guesses where it lies, and it is whole or not there.
    name = f"{order.id}-{rules.new_secret()[:16]}.zip"
    unfinished = folder / f"{name}.part"
    try:
        size = queries.save_person_file(db.of(), unfinished, order.account_id, now)
        unfinished.replace(folder / name)
    except Exception:
        log.exception("own_data_failed", file=order.id)
        unfinished.unlink(missing_ok=True)
        db.write(actions.finish_person_file, order.id, None, 0, now)
        return 0
    if not db.write(actions.finish_person_file, order.id, name, size, now):
        (folder / name).unlink(missing_ok=True)
        return 0
    return 1


def keep_clocks(now: datetime) -> int:
    """Destroy what is kept long enough, each rule in bounded batches; return how many rows. The rest waits for the next run."""
    total = 0
    for clock in rules.CLOCKS:
        if clock.code not in actions.clocks:
            continue
        for _ in range(MOST_BATCHES):
            rows = db.write(actions.destroy, clock.code, now)
            total += rows
            if not rows:
                break
    if total:
        db.of().scrub()
    return total


def erase_quiet(now: datetime) -> int:
    """Warn who has not come for nearly three years, and erase who was warned and has not; return how many were erased.

    Who has duties or a booking to come is not quiet.
    """
    while db.write(actions.warn_quiet, now):
        pass
    erased = 0
    with db.read() as session:
        due = queries.quiet_due(session, now)
    for account_id in due:
        with db.read() as session:
            busy = queries.open_duties(session, account_id, now) or queries.is_engaged(session, account_id, now)
        if busy:
            db.write(actions.note_seen, account_id, now)
        else:
            db.write(actions.erase, account_id, "quiet", now)
            erased += 1
    if erased:
        db.of().scrub()
    return erased
