"""A desk for some groups alone: its coaches are booked by who belongs on the day of the session, by age or by her word."""

from datetime import date

import pytest
from sqlalchemy import func, select, update

from fairapp.accounts.models import Profile
from fairapp.accounts.rules import segments_of
from fairapp.agencies.models import Agency
from fairapp.scheduling import actions
from fairapp.scheduling.models import Booking
from fairapp.scheduling.rules import NotReady, Wish
from tests import factories
from tests.counting import counted
from tests.factories import NOW
from tests.scheduling.cast import Cast, words

ON = date(2026, 11, 24)  # the day of the sessions


@pytest.mark.parametrize(
    ("said", "born", "belongs"),
    [
        (None, None, set()),
        ("youth", None, {"youth"}),
        ("youth", date(1980, 1, 1), set()),  # age is known better than what was once chosen
        (None, date(1991, 11, 25), {"youth"}),  # 34, the last day
        (None, date(1991, 11, 24), set()),  # 35 today
        (None, date(2011, 11, 24), {"youth"}),  # 15 today
        (None, date(2011, 11, 25), set()),
        (None, date(1976, 11, 24), {"age_50_plus"}),
        ("age_50_plus", date(1976, 11, 25), set()),
        ("returnee", date(1971, 5, 5), {"returnee", "age_50_plus"}),
        ("career_break", date(1995, 5, 5), {"career_break", "youth"}),
    ],
)
def test_age_decides_where_it_can_and_otherwise_her_word(
    said: str | None, born: date | None, belongs: set[str]
) -> None:
    assert segments_of(said, born, ON) == belongs


def make_desk(cast: Cast, *serves: str) -> None:
    """Let the coach's agency be for these groups alone."""
    cast.write(lambda s: s.execute(update(Agency).where(Agency.id == cast.agency).values(serves=list(serves))))


def born(cast: Cast, on: date | None, segment: str | None = None) -> None:
    """Let the seeker have this birth date and say that she belongs to the group."""
    cast.write(
        lambda s: s.merge(Profile(account_id=cast.seeker, birth_date=on, segment=segment, updated_at=NOW)) and None
    )


def bookings(cast: Cast) -> int:
    """Return how many bookings there are."""
    return int(cast.rows(select(func.count()).select_from(Booking))[0])


@pytest.mark.parametrize(
    ("on", "segment", "booked"),
    [(date(1998, 5, 5), None, True), (None, "youth", True), (date(1969, 5, 5), "youth", False), (None, None, False)],
)
def test_a_desk_for_the_young_is_booked_by_the_young(
    cast_on_both: Cast, on: date | None, segment: str | None, booked: bool
) -> None:
    cast = cast_on_both
    make_desk(cast, "youth")
    born(cast, on, segment)
    if booked:
        assert cast.write(actions.book, cast.sessions[0], cast.seeker, Wish(consent=True), NOW).status == "confirmed"
    else:
        with pytest.raises(NotReady) as refused:
            cast.write(actions.book, cast.sessions[0], cast.seeker, Wish(consent=True), NOW)
        assert "정해진 대상" in str(refused.value.detail)
    assert bookings(cast) == int(booked)
    make_desk(cast)  # without the guard everybody is booked
    assert cast.write(actions.book, cast.sessions[1], cast.seeker, Wish(consent=True), NOW).status == "confirmed"


def test_interviews_at_the_same_fair_are_for_everybody(cast: Cast) -> None:
    make_desk(cast, "youth")
    born(cast, date(1969, 5, 5))
    assert cast.write(actions.book, cast.slots[0], cast.seeker, Wish(consent=True), NOW).status == "confirmed"


def test_staff_may_pass_it_over_with_a_reason(cast: Cast) -> None:
    make_desk(cast, "youth")
    wish = Wish(override="군 복무 기간을 더해요", by=cast.organizer)
    assert cast.write(actions.book, cast.sessions[0], cast.seeker, wish, NOW).status == "confirmed"


def test_a_place_that_becomes_free_passes_over_who_does_not_belong(cast_on_both: Cast) -> None:
    cast = cast_on_both
    other = cast.write(lambda s: factories.make_seeker(s).id)
    mine = cast.write(actions.book, cast.sessions[0], other, Wish(consent=True), NOW).id
    cast.write(actions.join_waitlist, cast.seeker, NOW, coach_id=cast.coach)
    make_desk(cast, "youth")
    cast.write(actions.cancel, mine, other, NOW)
    assert [one.seeker_id for one in cast.rows(select(Booking)) if one.status == "held"] == []


def test_the_pages_say_for_whom_the_desk_is_and_why_not(cast: Cast) -> None:
    make_desk(cast, "youth", "career_break")
    client = cast.client(cast.seeker)
    for path in (f"/fairs/{cast.slug}/coaches", f"/coaches/{cast.coach}"):
        assert "청년(만 15~34세) 또는 경력 보유 여성" in words(client.get(path))
    answer = client.post(f"/coaches/{cast.coach}/bookings", data={"slot": str(cast.sessions[0]), "consent": "y"})
    assert answer.status_code == 409
    assert "내 프로필의 생년월일과 대상을 확인해 주세요" in words(answer)
    assert bookings(cast) == 0


def test_it_costs_one_statement_at_a_desk_and_none_elsewhere(cast: Cast) -> None:
    born(cast, date(1998, 5, 5))
    counts = []
    for groups in ((), (), ("youth",)):  # the consent is given with the first
        make_desk(cast, *groups)
        with counted(cast.app) as queries:
            made = cast.write(actions.book, cast.sessions[0], cast.seeker, Wish(consent=True), NOW).id
        counts.append(int(queries))
        cast.write(actions.cancel, made, cast.seeker, NOW)
    assert counts[2] == counts[1] + 1
