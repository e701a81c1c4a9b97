"""What seekers say to the ledger, what of it is due, and who is reminded."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from fairapp import db, mail
from fairapp.errors import Invalid, NotFound
from fairapp.live.models import Outbox
from fairapp.outcomes import actions, jobs, queries, rules
from fairapp.outcomes.models import Outcome, OutcomeReply
from fairapp.trace import Trace
from tests.counting import counted
from tests.factories import NOW
from tests.outcomes.cast import Cast, book_interview
from tests.outcomes.test_actions import append
from tests.outcomes.test_pages import words
from tests.signing_in import browser_of

pytestmark = pytest.mark.usefixtures("at_now")
STARTED = date(2026, 11, 24)


def letters(app: Flask, kind: str) -> list[Any]:
    """Return the letters of a kind, the oldest first."""
    with db.of(app).read() as session:
        return list(session.scalars(select(Outbox).where(Outbox.kind == kind).order_by(Outbox.id)))


def letter(app: Flask, row: Any) -> mail.Rendered:
    """Return the letter as it is written, in Korean."""
    with app.app_context(), db.of(app).read() as session:
        plain = mail.OutboxRow(*(getattr(row, name) for name in mail.OutboxRow.__slots__))
        rendered = mail.renderers[row.kind](session, plain, "ko", NOW)
    assert rendered is not None
    return rendered


def hired(app: Flask, cast: Cast, booking: int | None = None) -> int:
    """Let somebody be hired and start; return the row that says that she started."""
    for stage in ("interviewed", "passed", "offered", "hired"):
        row = {"booking": booking} if booking else {}
        append(app, cast, stage, **row)
    return append(app, cast, "started", STARTED, **({"booking": booking} if booking else {}))


@pytest.mark.parametrize(
    ("reached", "today", "due"),
    [
        (None, date(2026, 12, 23), None),
        (None, date(2026, 12, 24), 1),
        (1, date(2026, 12, 24), None),
        (1, date(2027, 2, 24), 3),
        (None, date(2027, 2, 24), 3),  # whoever is there after three months was there after one
        (3, date(2027, 5, 23), None),
        (3, date(2027, 5, 24), 6),
        (6, date(2028, 5, 24), None),
    ],
)
def test_a_hire_is_asked_about_after_one_three_and_six_months(reached: int | None, today: date, due: int | None):
    assert rules.month_due(STARTED, reached, today) == due


def test_a_seeker_confirms_or_disputes_a_row_once(app_on_both: Flask, cast_on_both: Cast):
    app, cast = app_on_both, cast_on_both
    write = db.of(app).write
    row = append(app, cast, "interviewed")
    for text, agrees in (("", False), ("x" * 1001, False), ("x" * 1001, True)):
        with pytest.raises(Invalid):
            write(actions.reply, row, cast.seeker, agrees, text, NOW)
    with pytest.raises(NotFound):
        write(actions.reply, row, cast.stranger, True, "", NOW)
    said = write(actions.reply, row, cast.seeker, False, " 가지 않았어요 ", NOW)
    with pytest.raises(actions.Replied):
        write(actions.reply, row, cast.seeker, True, "", NOW)
    for fair, text, refused in ((cast.other_fair, "네", NotFound), (cast.fair, " ", Invalid)):
        with pytest.raises(refused):
            write(actions.answer_dispute, said, fair, text, cast.organizer, NOW)
    write(actions.answer_dispute, said, cast.fair, "고쳤어요", cast.organizer, NOW)
    with pytest.raises(actions.Replied):
        write(actions.answer_dispute, said, cast.fair, "또", cast.organizer, NOW)
    (sent,) = letters(app, "dispute.answered")
    assert sent.account_id == cast.seeker
    assert "고쳤어요" in letter(app, sent).text
    with db.of(app).read() as session:
        reply = session.scalars(select(OutcomeReply)).one()
        assert (reply.agrees, reply.text, reply.answer, reply.answered_by) == (
            False,
            "가지 않았어요",
            "고쳤어요",
            cast.organizer,
        )
        deeds = session.scalars(select(Trace.what).where(Trace.chain == cast.fair).order_by(Trace.seq)).all()
    assert deeds[-2:] == ["outcome.disputed", "dispute.answered"]


def test_a_row_that_was_corrected_takes_no_word_any_more(app: Flask, cast: Cast):
    append(app, cast, "interviewed")
    wrong = append(app, cast, "rejected")
    append(app, cast, "passed", corrects=wrong)
    with pytest.raises(NotFound):
        db.of(app).write(actions.reply, wrong, cast.seeker, True, "", NOW)


def test_the_pages_of_a_dispute(app: Flask, cast: Cast):
    seeker, organizer = browser_of(app, cast.seeker), browser_of(app, cast.organizer)
    assert "아직 적힌 결과가 없어요" in seeker.get("/me/outcomes").text
    row = append(app, cast, "interviewed")
    empty = seeker.post(f"/me/outcomes/{row}", data={"do": "dispute", "text": ""})
    assert (empty.status_code, "무엇이 다른지 1,000자 안으로 적어 주세요" in empty.text) == (422, True)
    assert browser_of(app, cast.stranger).post(f"/me/outcomes/{row}", data={"do": "confirm"}).status_code == 404
    assert seeker.post("/me/outcomes/x", data={"do": "confirm"}).status_code == 404
    told = seeker.post(f"/me/outcomes/{row}", data={"do": "dispute", "text": "가지 않았어요"}, follow_redirects=True)
    assert "알려 주셔서 고마워요" in told.text
    page = organizer.get("/organize/daegu/disputes")
    assert "구직자가 다르다고 한 결과 1건" in words(page)
    with db.of(app).read() as session:
        said = session.scalars(select(OutcomeReply.id)).one()
    assert organizer.post(f"/organize/daegu/disputes/{said}", data={"answer": ""}).status_code == 422
    assert organizer.post("/organize/daegu/disputes/999", data={"answer": "네"}).status_code == 404
    done = organizer.post(f"/organize/daegu/disputes/{said}", data={"answer": "고쳤어요"}, follow_redirects=True)
    assert "구직자가 다르다고 한 결과 0건" in words(done)
    again = organizer.post(f"/organize/daegu/disputes/{said}", data={"answer": "또"}, follow_redirects=True)
    assert "이미 답한 결과예요" in again.text
    assert "고쳤어요" in seeker.get("/me/outcomes").text
    assert browser_of(app, cast.recruiter).get("/organize/daegu/disputes").status_code == 403


def test_months_and_evidence_are_kept_with_a_row(app_on_both: Flask, cast_on_both: Cast):
    app, cast = app_on_both, cast_on_both
    hired(app, cast)
    later = NOW + timedelta(days=95)
    with pytest.raises(Invalid):
        append(app, cast, "retained", (NOW + timedelta(days=32)).date(), now=later, months=3)
    kept = append(app, cast, "retained", date(2027, 2, 24), now=later, evidence="insurance", reference="A-1")
    with db.of(app).read() as session:
        row = session.get_one(Outcome, kept)
        assert (row.months, row.evidence, row.reference) == (3, "insurance", "A-1")


def test_recruiters_are_reminded_once_a_month_that_is_due_and_once_a_week(app_on_both: Flask, cast_on_both: Cast):
    app, cast = app_on_both, cast_on_both
    hired(app, cast)
    owing = book_interview(app, cast, NOW)
    db.of(app).write(actions.mark_attendance, owing, seeker="present", host="present", by=cast.recruiter, now=NOW)

    def remind(now: Any) -> int:
        with app.app_context():
            return jobs.remind_of_ledger(now)

    assert remind(NOW + timedelta(hours=1)) == 0
    assert remind(NOW + timedelta(days=8)) == 1
    remind(NOW + timedelta(days=8, hours=1))
    assert [row.account_id for row in letters(app, "results.due")] == [cast.recruiter]  # once a week
    remind(NOW + timedelta(days=15))
    assert len(letters(app, "results.due")) == 2
    assert "적지 않았어요" in letter(app, letters(app, "results.due")[0]).text
    for day in (29, 30, 31, 40):
        remind(NOW + timedelta(days=day))
    (asked,) = letters(app, "follow-up.due")
    assert f"/stand/{cast.booth}/due" in letter(app, asked).text
    append(app, cast, "retained", date(2026, 12, 24), now=NOW + timedelta(days=41))
    remind(NOW + timedelta(days=60))
    assert len(letters(app, "follow-up.due")) == 1
    remind(NOW + timedelta(days=95))
    assert len(letters(app, "follow-up.due")) == 2  # after three months


def test_who_was_answered_for_is_asked_about_later(app: Flask, cast: Cast):
    hired(app, cast)
    append(app, cast, "retained", date(2026, 12, 24), now=NOW + timedelta(days=31))
    other = book_interview(app, cast, NOW)
    started = hired(app, cast, other)
    with db.of(app).read() as session:
        found = [queries.follow_ups(session, date(2026, 12, 26), limit=limit) for limit in (None, 2)]
    assert [[one.outcome_id for one in some] for some in found] == [[started], [started]]


def test_what_is_due_is_shown_to_the_booth_and_the_organizer(app: Flask, cast: Cast):
    started = hired(app, cast)
    with time_machine.travel(NOW + timedelta(days=31), tick=False):
        page = browser_of(app, cast.recruiter).get(f"/stand/{cast.booth}/due")
        assert (page.status_code, "지금도 다니는지 적을 사람" in page.text, "1개월" in page.text) == (200, True, True)
        assert f"/bookings/{cast.booking}/outcomes" in page.text
        assert "1개월" in browser_of(app, cast.organizer).get("/organize/daegu/disputes").text
        assert browser_of(app, cast.stranger).get(f"/stand/{cast.booth}/due").status_code == 404
        with db.of(app).read() as session:
            due = queries.follow_ups(session, date(2026, 12, 25), fair_id=cast.fair)
            assert [(one.outcome_id, one.months, one.due) for one in due] == [(started, 1, date(2026, 12, 24))]
            assert queries.follow_ups(session, date(2026, 12, 25), fair_id=cast.other_fair) == []


def test_a_coach_finds_the_interviews_of_whom_she_coaches(app: Flask, cast: Cast):
    coach = browser_of(app, cast.coach_account)
    page = coach.get(f"/bookings/{cast.coaching}/interviews")
    assert (page.status_code, f"/bookings/{cast.booking}/outcomes" in page.text) == (200, True)
    wrote = coach.post(
        f"/bookings/{cast.booking}/outcomes",
        data={"stage": "interviewed", "on": "2026-11-24", "evidence": "call"},
        follow_redirects=True,
    )
    assert "결과를 적었어요" in wrote.text
    for who in (cast.stranger, cast.recruiter, cast.organizer):
        assert browser_of(app, who).get(f"/bookings/{cast.coaching}/interviews").status_code == 404


@pytest.mark.parametrize("path", ["/me/outcomes", "/organize/daegu/disputes", "/stand/{booth}/due"])
def test_the_number_of_queries_does_not_grow(app: Flask, cast: Cast, path: str):
    who = browser_of(app, cast.seeker if path == "/me/outcomes" else cast.organizer)
    path = path.format(booth=cast.booth)
    row = append(app, cast, "interviewed")
    db.of(app).write(actions.reply, row, cast.seeker, False, "아니에요", NOW)
    who.get(path)
    with counted(app) as one:
        who.get(path)
    for n in range(1, 8):
        booking = book_interview(app, cast, NOW, seeker=cast.seeker if n > 7 else None)
        with db.of(app).read() as session:
            seeker = queries.meeting(session, booking).seeker_id
        db.of(app).write(
            actions.reply, append(app, cast, "interviewed", booking=booking), seeker, False, "아니에요", NOW
        )
    with counted(app) as many:
        who.get(path)
    assert int(many) == int(one)
