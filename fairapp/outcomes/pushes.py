"""Who hears of an outcome, and what: the seeker, that there is news, never the stage; and of an appeal, its answer."""

from datetime import datetime

from flask import current_app, render_template
from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from fairapp.accounts.models import Account
from fairapp.language import say_when
from fairapp.live.actions import Letter, OwnNews
from fairapp.mail import OutboxRow, Rendered, Renderer
from fairapp.outcomes.models import Appeal
from fairapp.scheduling import queries as scheduling


def outcome(seeker_id: int, booking_id: int, fair_id: int, now: datetime) -> OwnNews:
    """Return the seeker's news that something was written in the ledger of a booking."""
    return OwnNews(
        account_id=seeker_id,
        kind="booking.outcome",
        at=now,
        data={"booking": str(booking_id), "fair": str(fair_id)},
        fair_id=fair_id,
    )


def answer_letter(appeal_id: int, seeker_id: int, now: datetime) -> Letter:
    """Write to the seeker that what she said to an absence was answered."""
    return Letter(f"appeal:{appeal_id}", "appeal.answered", seeker_id, now, {"appeal": appeal_id})


def _render_answer(session: Session, row: OutboxRow, language: str, now: datetime) -> Rendered | None:
    """Render the answer; it stands as it was given, so nothing can have overtaken it."""
    appeal, account = session.get(Appeal, int(row.data["appeal"])), session.get(Account, row.account_id)
    facts = None if appeal is None else scheduling.booking_facts(session, appeal.booking_id)
    if appeal is None or facts is None or account is None:
        return None
    with force_locale(language):
        words = {
            "name": account.name,
            "when": say_when(facts.starts_at, facts.zone),
            "accepted": appeal.accepted,
            "answer": appeal.answer,
            "url": f"{current_app.config['SETTINGS'].base_url}/me/absences",
        }
        text = render_template("letters/appeal_answered.txt", **words)
        subject = gettext("알려 주신 사정에 답했어요")
    return Rendered(subject, text.strip() + "\n")


LETTERS: dict[str, Renderer] = {"appeal.answered": _render_answer}
