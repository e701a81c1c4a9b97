"""Who hears of a tour: the coach whose day an organizer planned or changed, once for each day and change."""

from datetime import date, datetime

from flask import current_app, render_template
from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from fairapp import clock
from fairapp.accounts.models import Account
from fairapp.language import in_language, say_clock, say_on
from fairapp.live.actions import Letter
from fairapp.mail import OutboxRow, Rendered, Renderer
from fairapp.visits import queries
from fairapp.visits.queries import StopRow


def tour_letter(account_id: int, day: date, zone: str, now: datetime) -> Letter:
    """Tell a coach that her day (a calendar day in the zone) has changed: one letter, however many stops did."""
    key = f"tour:{account_id}:{day.isoformat()}:{now.isoformat()}"
    return Letter(key, "tour.changed", account_id, now, {"day": day.isoformat(), "zone": zone})


def _render_tour(session: Session, row: OutboxRow, language: str, now: datetime) -> Rendered | None:
    """Render the day as it is when the letter goes out; nothing for a day that is over."""
    day, zone = date.fromisoformat(str(row.data["day"])), str(row.data["zone"])
    start, end = clock.day_bounds(day, zone)
    account = session.get(Account, row.account_id)
    if account is None or end <= now:
        return None
    stops = queries.stops_of_person(session, account.id, start, end)
    with force_locale(language):
        words = {
            "name": account.name,
            "day": say_on(day),
            "lines": [_line(stop) for stop in stops],
            "url": f"{current_app.config['SETTINGS'].base_url}/me/visits",
        }
        text = render_template("letters/tour_changed.txt", **words)
        subject = gettext("찾아가는 상담 일정이 바뀌었어요: %(day)s", day=words["day"])
    return Rendered(subject, text.strip() + "\n")


def _line(stop: StopRow) -> str:
    said = {
        "start": say_clock(stop.starts_at, stop.zone),
        "end": say_clock(stop.ends_at, stop.zone),
        "site": in_language(stop.site_name, stop.site_name_en),
    }
    if not stop.way_minutes:
        return gettext("%(start)s ~ %(end)s %(site)s", **said)
    return gettext("%(start)s ~ %(end)s %(site)s (가는 데 %(minutes)s분)", **said, minutes=stop.way_minutes)


LETTERS: dict[str, Renderer] = {"tour.changed": _render_tour}
