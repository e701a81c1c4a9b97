"""Who hears that a booth has stopped hiring: the people booked there. Their bookings stay."""

from datetime import datetime

from flask import render_template
from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from fairapp.accounts.models import Account
from fairapp.language import say_when
from fairapp.live.actions import Letter, OwnNews
from fairapp.mail import OutboxRow, Rendered, Renderer
from fairapp.scheduling import queries as scheduling
from fairapp.scheduling.queries import BookingFacts


def lapsed_news(facts: BookingFacts, now: datetime) -> OwnNews:
    """Tell the seeker that the booth has stopped hiring."""
    data = {"booking": str(facts.id), "booth": str(facts.booth_id)}
    return OwnNews(facts.seeker_id, "booking.booth_closed", now, data, facts.fair_id)


def lapsed_letter(facts: BookingFacts, now: datetime) -> Letter:
    """Write to the seeker that the booking stays; once a booking, however often the booth comes and goes."""
    return Letter(f"lapsed:{facts.id}", "booking.booth_closed", facts.seeker_id, now, {"booking": facts.id})


def _render_lapsed(session: Session, row: OutboxRow, language: str, now: datetime) -> Rendered | None:
    """Render the letter, unless the booking has ended or begun meanwhile."""
    facts = scheduling.booking_facts(session, int(row.data["booking"]))
    account = session.get(Account, row.account_id)
    if facts is None or account is None or facts.status != "confirmed" or facts.starts_at <= now:
        return None
    with force_locale(language):
        when = say_when(facts.starts_at, facts.zone)
        text = render_template("letters/booth_closed.txt", name=account.name, who=facts.employer_name, when=when)
        subject = gettext("%(who)s 면접 예약은 그대로예요", who=facts.employer_name)
    return Rendered(subject, text.strip() + "\n")


LETTERS: dict[str, Renderer] = {"booking.booth_closed": _render_lapsed}
