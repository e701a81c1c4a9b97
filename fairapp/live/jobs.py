"""Timed work: letters that are due go out, and news that nobody can need any more is forgotten."""

import time
from datetime import datetime

import structlog
from flask import current_app
from flask_babel import force_locale
from prometheus_client import Counter

from fairapp import db, mail
from fairapp.live import actions, queries
from fairapp.live.rules import retry_at

log = structlog.get_logger()

TURN = 5.0  # seconds after which a run ends: the next sees what people have begun to wait for meanwhile
LETTERS_SHARE = 0.05  # of one core, at most, while the same process serves people
QUIET = 0.2  # of one core: with less than that going on beside it the post need not rest

LETTERS = Counter("fairapp_letters_total", "Letters by what became of them", ["result"])


def send_due(now: datetime) -> int:
    """Send letters that are due, for some seconds, and return how many were taken on.

    A row is claimed, sent outside of any transaction, and then recorded: killed in between, the letter goes out again with
    the same Message-ID.
    """
    taken, pace, end = 0, Pace(), time.monotonic() + TURN
    while time.monotonic() < end and (rows := _claim(now)):
        taken += len(rows)
        with mail.connection(current_app.config["SETTINGS"].mail_url) as sender:
            for row in rows:
                _send(row, sender, now)
                time.sleep(pace.rest())
    return taken


class Pace:
    """How fast letters go out beside other work of the same process: they may wait a minute, people should not.

    Measured on two cores while 64 clients book: letters at full speed took four fifths of the process.
    """

    def __init__(self) -> None:
        self._wall, self._own, self._all = time.monotonic(), time.thread_time(), time.process_time()

    def rest(self) -> float:
        """Return the seconds to rest after what this thread has done since the last call; 0 where nobody else is busy."""
        wall, own, whole = time.monotonic(), time.thread_time(), time.process_time()
        used = own - self._own
        others = (whole - self._all - used) / max(wall - self._wall, 1e-6)
        self._wall, self._own, self._all = wall, own, whole
        return rest(used, others)


def rest(used: float, others: float) -> float:
    """Return how long to rest after `used` seconds of computing while others took that share of a core."""
    return used * (1 / LETTERS_SHARE - 1) if others > QUIET else 0.0


def _claim(now: datetime) -> list[mail.OutboxRow]:
    with db.read() as session:
        if not queries.is_letter_due(session, now):
            return []
    return db.write(actions.claim_letters, now)


def _send(row: mail.OutboxRow, sender: mail.Sender, now: datetime) -> None:
    try:
        rendered = _render(row, now)
        if rendered is None:
            db.write(actions.record_letter, row.id, "dropped", now)
            LETTERS.labels("dropped").inc()
            return
        recipient, content = rendered
        sender.send(mail.compose(row, recipient, content, current_app.config["SETTINGS"].mail_from, now))
    except mail.CannotSend as error:
        _not_sent(row, str(error), now, lasting=error.lasting)
    except Exception as error:
        # A fault of ours: after it is repaired the letter still goes out.
        log.exception("letter_failed", letter=row.id, kind=row.kind)
        _not_sent(row, f"{type(error).__name__}: {error}"[:500], now, lasting=False)
    else:
        db.write(actions.record_letter, row.id, "sent", now)
        LETTERS.labels("sent").inc()


def _render(row: mail.OutboxRow, now: datetime) -> tuple[mail.Recipient, mail.Rendered] | None:
    """Return what the letter says, in its reader's language; None if nobody is to get it any more."""
    with db.read() as session:
        recipient = queries.recipient_of(session, row)
        if recipient is None:
            return None
        with force_locale(recipient.language):
            rendered = mail.renderers[row.kind](session, row, recipient.language, now)
    return None if rendered is None else (recipient, rendered)


def _not_sent(row: mail.OutboxRow, reason: str, now: datetime, *, lasting: bool) -> None:
    again = None if lasting else retry_at(row.tries, now)
    log.warning("letter_not_sent", letter=row.id, kind=row.kind, reason=reason, again=again and again.isoformat())
    if again is None:
        db.write(actions.record_letter, row.id, "failed", now, reason)
        LETTERS.labels("failed").inc()
    else:
        db.write(actions.postpone_letter, row.id, again, reason)
        LETTERS.labels("postponed").inc()
