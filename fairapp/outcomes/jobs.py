"""Timed work: free the time of who did not come; make the workbooks that were ordered, delete those of yesterday."""

from datetime import datetime, timedelta

import structlog

from fairapp import clock, db
from fairapp.booths import queries as booths
from fairapp.live import actions as live
from fairapp.outcomes import actions, pushes, queries
from fairapp.scheduling import actions as scheduling

ASKED_WITHIN = timedelta(
    days=7
)  # of the day that is asked about: what is older was asked, or is shown on the booth's page
MOST_COUNTED = 10_000_000  # rows of a workbook

log = structlog.get_logger()


def free_absent(now: datetime) -> int:
    """Free the rest of the time of meetings to which nobody came within the fair's grace; return how many."""
    with db.read() as session:
        absent = queries.absent_now(session, now)
    for booking_id in absent:
        db.write(scheduling.free_rest, booking_id, now)
    return len(absent)


def remind_of_ledger(now: datetime) -> int:
    """Remind recruiters of overdue results and of hires that are to be asked about; return how many letters were wanted.

    Letters have keys, so that each goes out once a week, and once a hire and month.
    """
    today = clock.local(now, "Asia/Seoul").date()
    with db.read() as session:
        owed = queries.owed_results(session, now)
        every = queries.follow_ups(session, today, limit=None)
        due = [one for one in every if one.booth_id is not None and one.due > today - ASKED_WITHIN]
        people = booths.recruiters_of_booths(session, [one.booth_id for one in due if one.booth_id])
    letters = [pushes.results_letter(one.booth_id, one.account_id, now) for one in owed]
    for one in due:
        staff = [who.account_id for who in people if who.booth_id == one.booth_id]
        letters += [pushes.follow_up_letter(one.outcome_id, one.months, one.booth_id or 0, who, now) for who in staff]
    if letters:
        db.write(live.post, letters)
    return len(letters)


def mail_reports(now: datetime) -> int:
    """Post the reports whose time has come; return how many."""
    with db.read() as session:
        due = queries.mailings_due(session, now)
    return sum(db.write(actions.mail_report, order_id, now) for order_id in due)


def make_exports(now: datetime) -> int:
    """Make one ordered workbook and delete old ones; return how many were made (0 or 1). Needs an app context."""
    with db.read() as session:
        if not queries.exports_due(session, now):
            return 0
    folder = queries.exports_folder()
    for name in db.write(actions.forget_exports, now):
        (folder / name).unlink(missing_ok=True)
    job_id = db.write(actions.claim_export, now)
    if job_id is None:
        return 0
    with db.read() as session:
        job = queries.export_job(session, job_id)
        expected = queries.count_rows(session, job.kind, job.fair_id, job.as_of, MOST_COUNTED)
    db.write(actions.tell_progress, job_id, 0, expected)
    name = f"{job.id}.{job.format}"
    unfinished = folder / f"{name}.part"

    def told(done: int) -> None:
        db.write(actions.tell_progress, job_id, done)

    try:
        rows = queries.save_workbook(db.of(), unfinished, job.kind, job.fair_id, job.zone, job.as_of, told)
        unfinished.replace(folder / name)  # whole or not there
    except Exception:
        log.exception("export_failed", job=job.id)
        unfinished.unlink(missing_ok=True)
        db.write(actions.fail_export, job.id, now)
        return 0
    if not db.write(actions.finish_export, job.id, name, rows, now):
        (folder / name).unlink(missing_ok=True)
        return 0
    return 1


def open_paper_duties(now: datetime) -> int:
    """Tell employers what to destroy of consents that have ended; return how many."""
    opened = 0
    while done := db.write(actions.open_paper_duties, now):
        opened += done
    return opened
