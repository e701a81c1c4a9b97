"""Timed work: letters that are due go out, and news that nobody can need any more is forgotten."""

import time
from datetime import datetime

import structlog
from flask import current_app
from flask_babel import force_locale
from prometheus_client import Counter

from fairapp import db, mail
from fairapp.live import actions, queries
from fairapp.live.rules import KEPT, retry_at

log = structlog.get_logger()

LETTERS_SHARE = 0.5  # of a process that also serves people; `work` has its own

LETTERS = Counter("fairapp_letters_total", "Letters by what became of them", ["result"])


def send_due(now: datetime) -> int:
    """Send every letter that is due and return how many were taken on.

    A row is claimed, sent outside of any transaction, and then recorded: killed in between, the letter goes out again with
    the same Message-ID.
    """
    taken = 0
    while rows := _claim(now):
        taken += len(rows)
        with mail.connection(current_app.config["SETTINGS"].mail_url) as sender:
            for row in rows:
                began = time.thread_time()
                _send(row, sender, now)
                _give_way(time.thread_time() - began)
    return taken


def _give_way(used: float) -> None:
    """Rest after a letter where the same process serves people: letters may wait a minute, people should not.

    Measured on two cores while 64 clients book: letters at full speed took four fifths of the process.
    """
    if current_app.config["SETTINGS"].sqlite:
        time.sleep(used * (1 / LETTERS_SHARE - 1))


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


def forget_news(now: datetime) -> int:
    """Delete news that is older than can be caught up with; return how many rows."""
    forgotten = 0
    for forget in (actions.forget_news, actions.forget_personal_news):
        while done := db.write(forget, now - KEPT):
            forgotten += done
    return forgotten
