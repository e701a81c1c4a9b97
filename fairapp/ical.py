"""Calendar files (RFC 5545) and the messages that calendars exchange (RFC 5546)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from icalendar import Calendar, Event, vCalAddress, vText

Method = Literal["PUBLISH", "REQUEST", "CANCEL"]
REFRESH = timedelta(minutes=15)  # how often a program may ask for a feed


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting as a calendar knows it. UID stays for its life; `sequence` rises when time, place or people change."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    summary: str
    location: str
    description: str
    organizer: str  # an address
    organizer_name: str
    attendee: str  # an address
    attendee_name: str


def calendar(meeting: Meeting, method: Method, now: datetime) -> bytes:
    """Return the meeting as a calendar with one event; METHOD stands in it as it does in the mail's header.

    Times are written in UTC: a zone's local time is ambiguous in the hour that comes twice, and needs a VTIMEZONE.
    """
    found = _calendar(method)
    event = _event(meeting, "CANCELLED" if method == "CANCEL" else "CONFIRMED", now)
    _add_people(event, meeting, method)
    found.add_component(event)
    return found.to_ical()


def feed(meetings: Sequence[Meeting], name: str, now: datetime) -> bytes:
    """Return all of somebody's meetings as the calendar that a program asks for again and again.

    It names nobody but in its summaries: who reads a feed was not invited by it. How often to ask stands in it twice, as
    RFC 7986 has it and as older programs read it.
    """
    found = _calendar("PUBLISH")
    found.add("name", name)
    found.add("x-wr-calname", name)
    found.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    found.add("x-published-ttl", REFRESH)
    for meeting in meetings:
        found.add_component(_event(meeting, "CONFIRMED", now))
    return found.to_ical()


def _calendar(method: Method) -> Calendar:
    found = Calendar()
    found.add("prodid", "-//fairapp//fairapp//KO")
    found.add("version", "2.0")
    found.add("calscale", "GREGORIAN")
    found.add("method", method)
    return found


def _event(meeting: Meeting, status: str, now: datetime) -> Event:
    event = Event()
    event.add("uid", meeting.uid)
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", meeting.starts_at.astimezone(UTC))
    event.add("dtend", meeting.ends_at.astimezone(UTC))
    event.add("summary", meeting.summary)
    event.add("status", status)
    if meeting.location:
        event.add("location", meeting.location)
    if meeting.description:
        event.add("description", meeting.description)
    return event


def _add_people(event: Event, meeting: Meeting, method: Method) -> None:
    organizer = vCalAddress(f"mailto:{meeting.organizer}")
    organizer.params["CN"] = vText(meeting.organizer_name)
    event.add("organizer", organizer, encode=False)
    attendee = vCalAddress(f"mailto:{meeting.attendee}")
    attendee.params["CN"] = vText(meeting.attendee_name)
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = vText("ACCEPTED" if method != "CANCEL" else "DECLINED")
    attendee.params["RSVP"] = vText("FALSE")
    event.add("attendee", attendee, encode=False)
