"""Every recurring job on one page: what runs, how often, in which process.

Each tick looks for rows that are due and claims them; nothing is kept here, so a restart loses nothing. On SQLite the web
process has the ticks; on PostgreSQL `flask --app run work` has them, and of several such processes one leads.
"""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask
from prometheus_client import Counter, Histogram
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from fairapp import clock, db
from fairapp.accounts import jobs as accounts
from fairapp.booths import jobs as booths
from fairapp.fairs import jobs as fairs
from fairapp.live import jobs as live
from fairapp.outcomes import jobs as outcomes
from fairapp.partners import jobs as partners
from fairapp.programmes import jobs as programmes
from fairapp.scheduling import jobs as scheduling

log = structlog.get_logger()

LEADER = 0x66616972  # the advisory lock of the process that runs the ticks
PATIENCE = 2.0  # seconds between two looks whether the leader is gone, or we still lead

TOOK = Histogram("fairapp_job_seconds", "How long a job took", ["job"])
FAILED = Counter("fairapp_job_failures_total", "Jobs that ended with an error", ["job"])

Job = Callable[[datetime], Any]


# Name, seconds between two runs, what runs.
JOBS: list[tuple[str, float, Job]] = [
    ("letters", 1, live.send_due),
    ("holds", 5, scheduling.expire_holds),
    ("meetings", 20, scheduling.end_meetings),
    ("absences", 20, outcomes.free_absent),
    ("draws", 5, scheduling.hold_draws),
    ("reminders", 30, scheduling.remind),
    ("phases", 15, fairs.tell_phases),
    ("lapses", 30, booths.tell_lapsed),
    ("intents", 300, booths.remind_lapsing),
    ("changes", 1, partners.publish),
    ("compared", 30, partners.compare),
    ("webhooks", 1, partners.deliver),
    ("old changes", 3600, partners.forget_changes),
    ("old deliveries", 3600, partners.forget_deliveries),
    ("clocks", 3600, accounts.keep_clocks),
    ("quiet", 3600, accounts.erase_quiet),
    ("papers", 600, outcomes.open_paper_duties),
    ("own_data", 5, accounts.make_person_files),
    ("erasures", 60, accounts.erase_due),
    ("exports", 5, outcomes.make_exports),
    ("reports", 60, outcomes.mail_reports),
    ("ledger", 3600, outcomes.remind_of_ledger),
    ("fetching", 60, partners.fetch_sources),
    ("imports", 2, partners.bring_in),
    ("joining", 5, partners.join),
    ("corrections", 3600, partners.warn_of_corrections),
    ("firms", 30, partners.find_firm_pairs),
    ("counsellors", 300, programmes.settle_counsellors),
    ("pools", 3600, programmes.see_pools),
    ("referrals", 3600, programmes.remind_of_referrals),
    ("way-back", 600, programmes.lead_back),
]


def start(app: Flask) -> BackgroundScheduler:
    """Start the ticks in a thread of this process."""
    scheduler = BackgroundScheduler(timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1})
    for name, seconds, job in JOBS:
        scheduler.add_job(run, "interval", [app, name, job], seconds=seconds, misfire_grace_time=None, id=name)
    scheduler.start()
    return scheduler


def run(app: Flask, name: str, job: Job) -> None:
    """Run one job now; an error is logged and the next tick comes all the same."""
    try:
        with app.app_context(), TOOK.labels(name).time():
            job(clock.now())
    except Exception:
        FAILED.labels(name).inc()
        log.exception("job_failed", job=name)


def lead(app: Flask, stop: threading.Event, told: Callable[[str], None]) -> None:
    """Run the ticks while this process holds the lock, until told to stop; PostgreSQL only.

    The lock belongs to a connection: when the process dies the server lets go of it and the next one takes over. A leader
    that loses the connection stops its ticks; whatever runs twice meanwhile claims its rows, so nothing happens twice.
    """
    while not stop.is_set():
        try:
            _lead_once(app, stop, told)
        except OperationalError as error:
            log.warning("leader_lost_database", error=str(error.orig))
            stop.wait(PATIENCE)


def _lead_once(app: Flask, stop: threading.Event, told: Callable[[str], None]) -> None:
    engine = db.of(app).write_engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        waiting = False
        while not connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": LEADER}).scalar():
            if not waiting:
                told("waiting: another process leads")
            waiting = True
            if stop.wait(PATIENCE):
                return
        told("leading")
        scheduler = start(app)
        try:
            while not stop.wait(PATIENCE):
                connection.execute(text("SELECT 1"))
        finally:
            scheduler.shutdown(wait=False)
            connection.invalidate()  # closed, not given back: the lock goes with it
