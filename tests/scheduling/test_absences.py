"""The rule for who does not come: off at first, gentle, visible, and with a word to be said against each mark."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from fairapp.booths.models import Booth
from fairapp.errors import Invalid, NotFound
from fairapp.live.models import Outbox
from fairapp.outcomes import actions as outcomes
from fairapp.outcomes import pushes, queries
from fairapp.outcomes.actions.absences import Answered
from fairapp.outcomes.models import Appeal
from fairapp.scheduling import actions
from fairapp.scheduling.models import Slot
from fairapp.scheduling.rules import QuotaReached, Wish, check_absences
from tests.counting import counted
from tests.factories import NOW
from tests.scheduling.cast import Cast, words
from tests.scheduling.facts import SLOT


@pytest.mark.parametrize(
    ("limit", "missed", "already", "refused"),
    [(None, 9, 9, False), (2, 1, 5, False), (2, 2, 0, False), (2, 2, 1, True), (1, 3, 1, True)],
)
def test_nobody_is_shut_out_and_without_a_rule_nothing_counts(
    limit: int | None, missed: int, already: int, refused: bool
) -> None:
    slot = replace(SLOT, absence_limit=limit)
    if refused:
        with pytest.raises(QuotaReached):
            check_absences(slot, missed, already)
    else:
        check_absences(slot, missed, already)


@pytest.fixture
def missed(cast_on_both: Cast) -> Cast:
    """Return the cast, whose seeker was marked absent from the first slot; two more booths' times are free later."""
    cast = cast_on_both
    cast.write(many)
    booking = cast.book(cast.slots[0], cast.seeker)
    slot = cast.rows(select(Slot).where(Slot.id == cast.slots[0]))[0]
    cast.write(outcomes.mark_attendance, booking, seeker="absent", by=cast.recruiter, now=slot.starts_at)
    return cast


def many(session: Any) -> None:
    """Let a booth give one seeker several interviews."""
    for booth in session.scalars(select(Booth)):
        booth.many_interviews = True


def rule(cast: Cast, limit: int | None, days: int = 90) -> None:
    """Set the agency's rule."""
    cast.write(outcomes.set_absence_rule, cast.agency, limit, days)


def book(cast: Cast, slot: int, now: Any = NOW) -> Any:
    """Book for the seeker."""
    return cast.write(actions.book, cast.slots[slot], cast.seeker, Wish(), now)


def test_who_missed_too_many_books_one_at_a_time(missed: Cast) -> None:
    book(missed, 1)
    rule(missed, 1)
    with pytest.raises(QuotaReached):
        book(missed, 2)
    rule(missed, 2)
    assert book(missed, 2).status == "confirmed"
    rule(missed, 1)
    with pytest.raises(QuotaReached):
        book(missed, 3)
    rule(missed, None)
    assert book(missed, 3).status == "confirmed"


def test_while_somebody_says_why_it_does_not_count_and_the_answer_decides(missed: Cast) -> None:
    book(missed, 1)
    rule(missed, 1)
    missed.write(outcomes.appeal, 1, missed.seeker, "버스가 멈췄어요", NOW)
    assert book(missed, 2).status == "confirmed"
    appeal = missed.rows(select(Appeal))[0]
    missed.write(outcomes.answer_appeal, appeal.id, missed.agency, missed.organizer, False, "늦게라도 알려 주세요", NOW)
    [letter] = missed.rows(select(Outbox).where(Outbox.kind == "appeal.answered"))
    assert letter.account_id == missed.seeker
    with missed.database.read() as session:
        ko, en = (pushes.LETTERS[letter.kind](session, letter, code, NOW) for code in ("ko", "en"))
    assert (ko.subject, en.subject) == ("알려 주신 사정에 답했어요", "What you told us has been answered")
    assert "결석으로 남아요.\n\n답: 늦게라도 알려 주세요\n\n여기에서 볼 수 있어요.\n" in ko.text
    assert ko.text.endswith("/me/absences\n")
    with pytest.raises(QuotaReached):
        book(missed, 3)
    with pytest.raises(Answered):
        missed.write(outcomes.answer_appeal, appeal.id, missed.agency, missed.organizer, True, "", NOW)
    with pytest.raises(Answered):
        missed.write(outcomes.appeal, 1, missed.seeker, "또 하나", NOW)


def test_an_absence_is_forgotten_after_the_days_of_the_rule(missed: Cast) -> None:
    rule(missed, 1, 7)
    with missed.database.read() as session:
        slot = session.get_one(Slot, missed.slots[0])
        for after, count in ((slot.starts_at, 1), (slot.starts_at + timedelta(seconds=1), 0)):
            assert queries.count_absences(session, missed.seeker, missed.agency, after) == count
        assert queries.count_absences(session, missed.other, missed.agency, slot.starts_at) == 0


def test_nobody_misses_an_interview_to_which_no_host_came(missed: Cast) -> None:
    with missed.database.read() as session:
        starts_at = session.get_one(Slot, missed.slots[0]).starts_at

    def counted_now() -> int:
        with missed.database.read() as session:
            return queries.count_absences(session, missed.seeker, missed.agency, starts_at)

    assert counted_now() == 1
    missed.write(outcomes.report_host, 1, missed.seeker, starts_at + timedelta(minutes=5))
    assert counted_now() == 0
    missed.write(outcomes.mark_attendance, 1, host="present", by=missed.recruiter, now=starts_at + timedelta(hours=1))
    assert counted_now() == 1


@pytest.mark.parametrize(
    ("who", "text", "error"), [("other", "사정", NotFound), ("seeker", " ", Invalid), ("seeker", "가" * 1001, Invalid)]
)
def test_what_cannot_be_said_is_refused(missed: Cast, who: str, text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        missed.write(outcomes.appeal, 1, getattr(missed, who), text, NOW)
    with pytest.raises(NotFound):
        missed.write(outcomes.appeal, 99, missed.seeker, "사정", NOW)
    assert missed.rows(select(Appeal)) == []


def test_the_seeker_sees_the_rule_and_says_why(missed: Cast) -> None:
    client = missed.client(missed.seeker)
    assert "결석으로 세요" in words(client.get("/me/absences"))
    assert "한 번에 하나씩" not in words(client.get("/me/absences"))
    rule(missed, 2)
    assert "한 번에 하나씩" in words(client.get("/me/absences"))
    empty = client.post("/me/absences/1", data={"text": ""})
    assert empty.status_code == 422
    assert "어떤 사정이었는지" in words(empty)
    assert client.post("/me/absences/1", data={"text": "<b>버스</b>"}).status_code == 303
    page = client.get("/me/absences")
    assert "&lt;b&gt;버스&lt;/b&gt;" in page.text
    assert "세지 않아요" in page.text
    assert missed.client(missed.other).post("/me/absences/1", data={"text": "x"}).status_code == 404


def test_the_organizer_sets_the_rule_and_answers(missed: Cast) -> None:
    client, path = missed.client(missed.organizer), f"/organize/agencies/{missed.agency}/absences"
    for bad in (
        {"limit": "0", "days": "90"},
        {"limit": "x", "days": "90"},
        {"limit": "2", "days": "3"},
        {"limit": "2"},
    ):
        assert client.post(path, data=bad).status_code == 422
    assert client.post(path, data={"limit": "2", "days": "30"}).status_code == 303
    missed.write(outcomes.appeal, 1, missed.seeker, "버스가 멈췄어요", NOW)
    page = words(client.get(path))
    assert "버스가 멈췄어요" in page
    assert "정○○" in page
    answer = f"/organize/agencies/{missed.agency}/appeals/1"
    assert client.post(answer, data={"do": "accept", "answer": "괜찮아요"}).status_code == 303
    assert "괜찮아요" in words(missed.client(missed.seeker).get("/me/absences"))
    for who in (missed.seeker, missed.recruiter, missed.stranger):
        other = missed.client(who)
        assert other.get(path).status_code == 404
        assert other.post(path, data={"limit": "1", "days": "90"}).status_code == 404
        assert other.post(answer, data={"do": "accept"}).status_code == 404


def test_the_pages_cost_the_same_for_one_and_for_many(missed: Cast) -> None:
    client = missed.client(missed.seeker)
    client.get("/me/absences")
    with counted(missed.app) as few:
        client.get("/me/absences")
    for n in (1, 2, 3):
        booking = book(missed, n).id
        slot = missed.rows(select(Slot).where(Slot.id == missed.slots[n]))[0]
        missed.write(outcomes.mark_attendance, booking, seeker="absent", by=missed.recruiter, now=slot.starts_at)
    with counted(missed.app) as many_rows:
        client.get("/me/absences")
    assert few == many_rows
