"""How letters about bookings read, and the booking as a calendar event.

A letter says what was true at its revision: slot and calendar sequence came with its row, so a confirmation that leaves
late still names the time that was confirmed, and the calendar puts it in order by SEQUENCE (RFC 5546).
"""

from datetime import datetime
from email.utils import parseaddr

from flask import current_app, render_template
from flask_babel import LazyString, force_locale, gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from fairapp.accounts.models import Account
from fairapp.config import Settings
from fairapp.fairs.models import Fair
from fairapp.ical import Meeting, Method, calendar
from fairapp.language import in_language, meeting_name, say_when
from fairapp.mail import OutboxRow, Rendered, Renderer
from fairapp.scheduling import queries, rules
from fairapp.scheduling.queries import BookingFacts, SlotRow


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def with_whom(facts: BookingFacts) -> str:
    """Return with whom the meeting is: the employer, or the coach."""
    return facts.employer_name or facts.host_name


def place_of_slot(slot: SlotRow) -> str:
    """Return where the meeting is, in words."""
    if slot.site_name and slot.room_name:
        return gettext("%(site)s %(room)s", site=slot.site_name, room=slot.room_name)
    return gettext("온라인")


def meeting_of(facts: BookingFacts, slot: SlotRow, sequence: int, name: str, email: str) -> Meeting:
    """Return the booking at this slot as a calendar has it, for the person of that name and address."""
    settings = _settings()
    organizer_name, organizer = parseaddr(settings.mail_from)
    summary = gettext("%(kind)s: %(who)s", kind=meeting_name(facts.kind, facts.topic), who=with_whom(facts))
    return Meeting(
        uid=facts.ics_uid,
        sequence=sequence,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        summary=summary,
        location=place_of_slot(slot),
        description=f"{settings.base_url}/bookings/{facts.id}",
        organizer=organizer,
        organizer_name=organizer_name,
        attendee=email,
        attendee_name=name,
    )


def booking_calendar(facts: BookingFacts, name: str, email: str, now: datetime) -> bytes:
    """Return the booking as it is now as a calendar file to download; a cancelled one says so."""
    ended = facts.status in ("cancelled", "expired")
    slot = slot_of(facts)
    meeting = meeting_of(facts, slot, facts.time_rev, name, email)
    return calendar(meeting, "CANCEL" if ended else "PUBLISH", now)


def slot_of(facts: BookingFacts) -> SlotRow:
    """Return the slot of the facts without asking again."""
    return SlotRow(
        id=facts.slot_id,
        fair_id=facts.fair_id,
        kind=facts.kind,
        booth_id=facts.booth_id,
        coach_id=facts.coach_id,
        hosting=facts.hosting,
        host_id=facts.host_id,
        host_name=facts.host_name,
        room_id=facts.room_id,
        room_name=facts.room_name,
        site_name=facts.site_name,
        starts_at=facts.starts_at,
        ends_at=facts.ends_at,
        capacity=facts.capacity,
        topic=facts.topic,
        closed_at=None,
        seats_left=0,
    )


ANSWERED_AT = {True: "/stand", False: "/coach"}  # where the staff of a booth, or a coach, answer requests


def _renderer(template: str, subject: LazyString, method: Method | None) -> Renderer:
    def render(session: Session, row: OutboxRow, language: str, now: datetime) -> Rendered | None:
        facts = queries.booking_facts(session, int(row.data["booking"]))
        slot = queries.slots_by_id(session, [int(row.data["slot"])]).get(int(row.data["slot"]))
        account = session.get(Account, row.account_id)
        if facts is None or slot is None or account is None:
            return None
        fair = session.get_one(Fair, facts.fair_id)
        with force_locale(language):
            words = {
                "name": account.name,
                "kind": meeting_name(facts.kind, facts.topic),
                "who": with_whom(facts),
                "when": say_when(slot.starts_at, facts.zone),
                "place": place_of_slot(slot),
                "host": slot.host_name,
                "listing": facts.listing_title,
                "url": f"{_settings().base_url}/bookings/{facts.id}",
                "answer_url": f"{_settings().base_url}{ANSWERED_AT[facts.booth_id is not None]}",
                "reason": row.data.get("reason", ""),
                "note": in_language(fair.letter_note, fair.letter_note_en),
                "until": say_when(facts.hold_expires_at, facts.zone) if facts.hold_expires_at else "",
            }
            text = render_template(f"letters/{template}.txt", **words)
            line = gettext("%(subject)s: %(who)s %(when)s", subject=str(subject), who=words["who"], when=words["when"])
            event = None
            if method is not None:
                sequence = int(row.data["sequence"])
                event = calendar(meeting_of(facts, slot, sequence, account.name, account.email or ""), method, now)
        return Rendered(line, text.strip() + "\n", calendar=event, method=method)

    return render


def _offer(session: Session, row: OutboxRow, language: str, now: datetime) -> Rendered | None:
    """Render an offer, unless it is over: nobody is told of a time that is gone."""
    facts = queries.booking_facts(session, int(row.data["booking"]))
    if facts is None or facts.status != "held" or facts.hold_expires_at is None or facts.hold_expires_at <= now:
        return None
    return _renderer("offer_made", _l("빈자리가 났어요"), None)(session, row, language, now)


def _request(session: Session, row: OutboxRow, language: str, now: datetime) -> Rendered | None:
    """Render a request for its host, unless it was answered or is over."""
    facts = queries.booking_facts(session, int(row.data["booking"]))
    if facts is None or rules.state_of(facts, now) != "requested":
        return None
    return _renderer("booking_requested", _l("면접 신청이 왔어요"), None)(session, row, language, now)


def _called(session: Session, row: OutboxRow, language: str, now: datetime) -> Rendered | None:
    """Render a call, unless its few minutes are over."""
    facts = queries.booking_facts(session, int(row.data["booking"]))
    if facts is None or rules.state_of(facts, now) != "held":
        return None
    return _renderer("line_called", _l("차례가 되었어요"), None)(session, row, language, now)


def _of_booth(template: str, subject: LazyString) -> Renderer:
    """Return the renderer of a letter about a booth; the subject names its employer."""

    def render(session: Session, row: OutboxRow, language: str, now: datetime) -> Rendered | None:
        return _about_booth(session, row, language, template, subject)

    return render


def _about_booth(
    session: Session, row: OutboxRow, language: str, template: str, subject: LazyString
) -> Rendered | None:
    account, booth_id = session.get(Account, row.account_id), int(row.data["booth"])
    who = queries.booth_name(session, booth_id)
    if account is None or who is None:
        return None
    with force_locale(language):
        words = {"name": account.name, "who": who, "url": f"{_settings().base_url}/booths/{booth_id}"}
        text = render_template(f"letters/{template}.txt", **words)
        return Rendered(gettext("%(who)s: %(subject)s", who=who, subject=str(subject)), text.strip() + "\n")


BOOKINGS: dict[str, Renderer] = {
    "booking.confirmed": _renderer("booking_confirmed", _l("예약이 확정됐어요"), "REQUEST"),
    "booking.moved": _renderer("booking_moved", _l("예약 시간이 바뀌었어요"), "REQUEST"),
    "booking.cancelled": _renderer("booking_cancelled", _l("예약이 취소됐어요"), "CANCEL"),
    "booking.requested": _request,
    "booking.declined": _renderer("booking_declined", _l("신청이 받아들여지지 않았어요"), None),
    "booking.unanswered": _renderer("booking_unanswered", _l("신청에 답이 없어 시간이 풀렸어요"), None),
    "line.called": _called,
    "line.closed": _of_booth("line_closed", _l("줄이 끝났어요")),
    "draw.lost": _of_booth("draw_lost", _l("추첨 결과가 나왔어요")),
    "offer.made": _offer,
}
