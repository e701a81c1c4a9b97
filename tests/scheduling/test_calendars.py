"""Calendars: what is sent and fed is read by two other parsers; a feed's secret; busy times of a calendar of one's own."""

import warnings
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
import vobject
from flask import Flask
from ical.calendar_stream import IcsCalendarStream
from sqlalchemy import select

from fairapp import audit, db
from fairapp.booths.models import Booth
from fairapp.errors import Invalid
from fairapp.live import jobs as post
from fairapp.scheduling import actions, pushes, queries, rules
from fairapp.scheduling.models import Block, Slot
from tests.conftest import settings_for
from tests.counting import counted
from tests.factories import NOW
from tests.scheduling.cast import Cast, words
from tests.scheduling.floors import at
from tests.servers import MailServer

ZONE = "Asia/Seoul"


def events(text: str) -> list[tuple[str, int, datetime, datetime, str]]:
    """Return (uid, sequence, start, end, status) of every event, on which both parsers agree."""
    [by_vobject] = vobject.readComponents(text)
    first = [
        (e.uid.value, int(e.sequence.value), e.dtstart.value, e.dtend.value, e.status.value)
        for e in by_vobject.contents.get("vevent", [])
    ]
    by_ical = IcsCalendarStream.calendar_from_ics(text)
    second = [(e.uid, e.sequence, e.dtstart, e.dtend, str(e.status.value)) for e in by_ical.events]
    assert first == second
    return first


@pytest.fixture
def mailed(app: Flask, mail: MailServer) -> Cast:
    """Return the cast, its letters going to a real mail server."""
    app.config["SETTINGS"] = settings_for(str(db.of(app).url), MAIL_URL=mail.url)
    return Cast(app)


def test_request_update_and_cancel_are_one_event_to_other_parsers(mailed: Cast, mail: MailServer) -> None:
    booking = mailed.book(mailed.slots[0], mailed.seeker)
    mailed.write(actions.reschedule, booking, mailed.slots[2], mailed.seeker, NOW)
    mailed.write(actions.cancel, booking, mailed.seeker, NOW)
    post.send_due(NOW)
    told = []
    for letter in mail.letters:
        for part in letter.message.walk():
            if part.get_content_type() == "text/calendar":
                told.append((part.get_param("method"), *events(part.get_content())))
    uid = mailed.booking(booking).ics_uid
    methods = [one[0] for one in told]
    assert methods == ["REQUEST", "REQUEST", "CANCEL"]
    # One UID, a rising SEQUENCE, the last word is cancelled: RFC 5546 makes that one event.
    assert [(e[0], e[1], e[4]) for _, e in told] == [
        (uid, 0, "CONFIRMED"),
        (uid, 1, "CONFIRMED"),
        (uid, 2, "CANCELLED"),
    ]
    starts = [e[2] for _, e in told]
    assert starts[0] != starts[1] == starts[2]
    assert all(moment.utcoffset() == timedelta(0) for moment in starts)


def feed_of(cast: Cast, account_id: int, version: int = 0) -> Any:
    """Ask for the feed as a calendar program does, without signing in."""
    return cast.app.test_client().get(f"/calendar/{pushes.feed_secret(account_id, version)}.ics")


def test_a_feed_has_ones_meetings_of_both_sides(cast_on_both: Cast) -> None:
    cast = cast_on_both
    interview = cast.book(cast.slots[0], cast.seeker)
    coaching = cast.book(cast.sessions[2], cast.seeker)
    other = cast.book(cast.slots[1], cast.other)
    uids = {one: cast.booking(one).ics_uid for one in (interview, coaching, other)}
    mine = feed_of(cast, cast.seeker)
    assert (mine.status_code, mine.mimetype) == (200, "text/calendar")
    assert [e[0] for e in events(mine.text)] == [uids[interview], uids[coaching]]
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT15M" in mine.text
    hosts = feed_of(cast, cast.recruiter)
    assert [e[0] for e in events(hosts.text)] == [f"host-{uids[interview]}", f"host-{uids[other]}"]
    assert "정한별" not in hosts.text
    assert "ATTENDEE" not in hosts.text
    cast.write(actions.cancel, interview, cast.seeker, NOW)
    assert [e[0] for e in events(feed_of(cast, cast.seeker).text)] == [uids[coaching]]


def test_an_empty_feed_is_a_calendar(cast: Cast) -> None:
    assert events(feed_of(cast, cast.seeker).text) == []


def test_a_feed_takes_as_many_queries_for_four_meetings_as_for_one(cast: Cast) -> None:
    cast.book(cast.slots[0], cast.seeker)
    with counted(cast.app) as one:
        feed_of(cast, cast.recruiter)
    cast.book(cast.slots[1], cast.other)
    cast.write(lambda session: setattr(session.get_one(Booth, cast.booth), "many_interviews", True))
    cast.book(cast.slots[2], cast.other)
    cast.book(cast.slots[3], cast.seeker)
    with counted(cast.app) as several:
        feed_of(cast, cast.recruiter)
    assert one == several


def test_a_renewed_secret_closes_the_old_address(cast: Cast) -> None:
    client = cast.client(cast.seeker)
    old = pushes.feed_secret(cast.seeker, 0)
    assert old in words(client.get("/me/calendar"))
    assert client.post("/me/calendar/renewal").status_code == 303
    assert feed_of(cast, cast.seeker).status_code == 404
    assert feed_of(cast, cast.seeker, 1).status_code == 200
    assert client.post("/me/calendar/renewal").status_code == 303
    assert [feed_of(cast, cast.seeker, n).status_code for n in range(3)] == [404, 404, 200]
    assert feed_of(cast, cast.other).status_code == 200
    for wrong in ("1", "x-1", f"{cast.seeker}-", "9" * 40, f"{cast.other}-{old.partition('-')[2]}"):
        assert cast.app.test_client().get(f"/calendar/{wrong}.ics").status_code == 404


def test_a_feed_has_no_row_with_its_secret(cast: Cast) -> None:
    cast.client(cast.seeker).post("/me/calendar/renewal")
    secret = pushes.feed_secret(cast.seeker, 1).partition("-")[2]
    with cast.database.read() as session:
        for table in db.Base.metadata.sorted_tables:
            assert secret not in str([tuple(row) for row in session.execute(select(table))])


def ics(*events: str, head: str = "") -> bytes:
    """Return a calendar of these events, each its lines with semicolons for ends."""
    body = "".join(f"BEGIN:VEVENT\r\nUID:u{n}\r\n{lines}\r\nEND:VEVENT\r\n" for n, lines in enumerate(events))
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//\r\n{head}{body}END:VCALENDAR\r\n".encode()


def span(start: str, end: str, *more: str) -> str:
    """Return the lines of an event on 25 November 2026."""
    return "\r\n".join([f"DTSTART{start}", f"DTEND{end}", *more])


def utc(hour: int, minute: int = 0, day: int = 25) -> datetime:
    """Return the moment of that day of November."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


ONE, TWO = ":20261125T010000Z", ":20261125T020000Z"
NEW_YORK = ";TZID=America/New_York:20261125T"
FREE_BUSY = (
    "BEGIN:VFREEBUSY\r\nUID:f\r\nFREEBUSY:20261125T010000Z/PT1H\r\n"
    "FREEBUSY;FBTYPE=FREE:20261125T050000Z/PT1H\r\nEND:VFREEBUSY\r\n"
)
WHOLE_DAY = (";VALUE=DATE:20261125", ";VALUE=DATE:20261126")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (ics(span(ONE, TWO)), [(utc(1), utc(2))]),
        (ics(span(":20261125T100000", ":20261125T110000")), [(utc(1), utc(2))]),  # no zone: the reader's
        (ics(span(f"{NEW_YORK}100000", f"{NEW_YORK}110000")), [(utc(15), utc(16))]),
        (ics(span(":20261125T010200Z", ":20261125T015800Z")), [(utc(1), utc(2))]),  # outward to five minutes
        (ics(span(ONE, TWO, "TRANSP:TRANSPARENT")), []),
        (ics(span(ONE, TWO, "STATUS:CANCELLED")), []),
        (ics(span(*WHOLE_DAY)), []),  # a birthday
        (ics(span(*WHOLE_DAY, "TRANSP:OPAQUE")), [(utc(15, day=24), utc(15))]),
        (ics(span(":20201125T010000Z", ":20201125T020000Z")), []),  # over
        (ics(span(ONE, TWO), span(":20261125T013000Z", ":20261125T030000Z")), [(utc(1), utc(3))]),
        (ics(span(ONE, TWO, "RRULE:FREQ=DAILY;COUNT=2")), [(utc(1), utc(2)), (utc(1, day=26), utc(2, day=26))]),
        (ics(head=FREE_BUSY), [(utc(1), utc(2))]),
        (ics(span(":nonsense", TWO), span(":20261125T030000Z", ":20261125T040000Z")), [(utc(3), utc(4))]),
    ],
)
def test_what_of_a_calendar_is_busy(app: Flask, content: bytes, expected: list[Any]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert rules.busy_times(content, NOW, ZONE) == expected
        assert rules.busy_times(b"\xef\xbb\xbf" + content, NOW, ZONE) == expected
        assert rules.busy_times(content.decode().encode("utf-16"), NOW, ZONE) == expected


def test_a_week_is_busy_day_by_day(app: Flask) -> None:
    content = ics(span(";VALUE=DATE:20261126", ";VALUE=DATE:20261128", "TRANSP:OPAQUE"))
    assert [end - start for start, end in rules.busy_times(content, NOW, ZONE)] == [timedelta(days=1)] * 2


def test_a_time_keeps_its_hour_over_a_change_of_clocks(app: Flask) -> None:
    # New York goes back on 1 November 2026, so the series is read from a moment before it.
    zone = ";TZID=America/New_York"
    content = ics(span(f"{zone}:20261030T100000", f"{zone}:20261030T110000", "RRULE:FREQ=DAILY;COUNT=4"))
    starts = [start for start, _ in rules.busy_times(content, datetime(2026, 10, 30, tzinfo=UTC), ZONE)]
    assert [start.hour for start in starts] == [14, 14, 15, 15]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "읽을 수 없어요"),
        (b"\x00\xff\x81", "읽을 수 없어요"),
        (b"BEGIN:VCARD\r\nEND:VCARD\r\n", "읽을 수 없어요"),
        (b"%PDF-1.7", "읽을 수 없어요"),
        (b"x" * 2_000_001, "2MB"),
        (ics(span(ONE, TWO, "RRULE:FREQ=SECONDLY")), "자주"),
        (ics(span(ONE, TWO, "RRULE:FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=0,1,2,3,4,5,6,7,8")), "자주"),
        (ics(*[span(ONE, TWO, "RRULE:FREQ=DAILY")] * 201), "너무 많아"),
    ],
)
def test_what_is_no_calendar_is_refused_with_a_sentence(app: Flask, content: bytes, word: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.busy_times(content, NOW, ZONE)
    [error] = refused.value.errors
    assert error.field == "file"
    assert word in str(error.message)


def blocks(cast: Cast) -> list[tuple[datetime, datetime]]:
    """Return the times read in that are kept."""
    with cast.database.read() as session:
        found = select(Block.starts_at, Block.ends_at).where(Block.imported, Block.removed_at.is_(None))
        return [(start, end) for start, end in session.execute(found.order_by(Block.starts_at))]


def test_busy_times_keep_meetings_away_and_go_around_those_there_are(cast_on_both: Cast) -> None:
    cast = cast_on_both
    held = cast.book(cast.slots[1], cast.seeker)
    with cast.database.read() as session:
        times = [(s.starts_at, s.ends_at) for s in (session.get_one(Slot, one) for one in cast.slots)]
    start, end = times[0][0], times[2][1]
    kept = cast.write(actions.import_busy, cast.seeker, [(start, end)], NOW)
    assert (kept.made, kept.taken) == (2, 1)
    assert blocks(cast) == [(start, times[1][0]), (times[1][1], end)]
    cast.write(actions.cancel, held, cast.seeker, NOW)
    with pytest.raises(rules.SeekerBusy):
        cast.book(cast.slots[0], cast.seeker)
    assert cast.write(actions.import_busy, cast.seeker, [], NOW).made == 0
    assert cast.book(cast.slots[0], cast.seeker)
    with cast.database.read() as session:
        assert audit.breaches(session) == []


def test_a_file_is_read_in_replaced_and_let_go_of_on_the_page(cast: Cast) -> None:
    client = cast.client(cast.seeker)
    assert client.get("/me/calendar").status_code == 200

    def send(content: bytes | None) -> Any:
        data = {} if content is None else {"file": (BytesIO(content), "mine.ics")}
        return client.post("/me/calendar/busy", data=data, content_type="multipart/form-data")

    assert send(ics(span(":20261126T010000Z", ":20261126T020000Z", "SUMMARY:병원"))).status_code == 303
    assert blocks(cast) == [(utc(1, day=26), utc(2, day=26))]
    page = words(client.get("/me/calendar"))
    assert "11월 26일 (목) 오전 10:00" in page
    assert "병원" not in page
    for bad in (None, b"", b"hello", b"BEGIN:VCALENDAR"):
        answer = send(bad)
        assert answer.status_code == 422
        assert blocks(cast) == [(utc(1, day=26), utc(2, day=26))]
    send(ics(span(":20261127T010000Z", ":20261127T020000Z")))
    assert blocks(cast) == [(utc(1, day=27), utc(2, day=27))]
    assert client.post("/me/calendar/busy/removal").status_code == 303
    assert blocks(cast) == []
    assert cast.client(None).get("/me/calendar").status_code == 303


def test_the_time_of_a_feed_reaches_back_thirty_days(cast: Cast) -> None:
    booking = cast.book(cast.slots[0], cast.seeker)
    uid = cast.booking(booking).ics_uid
    with cast.database.read() as session:
        for days, expected in ((29, [uid]), (31, [])):
            since = at(60 * 24 * days) - rules.FEED_REACHES_BACK
            meetings = queries.meetings_of(session, cast.seeker, since)
            found = pushes.feed_calendar(meetings, cast.seeker, "정한별", "a@example.kr", "ko", NOW)
            assert [e[0] for e in events(found.decode())] == expected
