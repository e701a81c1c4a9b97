"""Coaches hear by letter of a tour that somebody else plans, cuts or takes back: once a day and change, as it then is."""

from datetime import time, timedelta

import pytest
from sqlalchemy import select

from fairapp import mail
from fairapp.live.models import Outbox
from fairapp.visits import actions
from fairapp.visits.actions import Stop, Target
from fairapp.visits.rules import Hours
from tests.factories import NOW
from tests.visits.cast import Cast, at

LATER = NOW + timedelta(minutes=1)


def letters(cast: Cast, language: str = "ko") -> list[tuple[int | None, mail.Rendered | None]]:
    """Return to whom each letter about a tour goes and what it says now."""
    kept = cast.rows(select(Outbox).where(Outbox.kind == "tour.changed").order_by(Outbox.id))
    rows = [mail.OutboxRow(**{name: getattr(one, name) for name in mail.OutboxRow.__annotations__}) for one in kept]
    with cast.app.test_request_context(), cast.database.read() as session:
        return [(row.account_id, mail.renderers[row.kind](session, row, language, NOW)) for row in rows]


def plan(cast: Cast) -> list[int]:
    """Plan a tour of two stops in one go; return them."""
    campus, cafe = cast.visit("campus"), cast.visit("cafe")
    stops = [Stop(campus, cast.coaches[0], at(11), at(13)), Stop(cafe, cast.coaches[0], at(14), at(16))]
    made: list[int] = cast.write(actions.plan_tour, stops, cast.organizer, NOW)
    return made


def test_a_tour_of_two_stops_is_one_letter_with_the_whole_day(cast_on_both: Cast) -> None:
    plan(cast_on_both)
    [(reader, said)] = letters(cast_on_both)
    assert reader == cast_on_both.coach_accounts[0]
    assert said is not None
    assert said.subject == "찾아가는 상담 일정이 바뀌었어요: 2026년 11월 24일 (화)"
    assert said.text == (
        "coach 님, 안녕하세요.\n\n"
        "찾아가는 상담 일정이 새로 잡혔거나 바뀌었어요. 2026년 11월 24일 (화)에는 이제 이렇게 가요.\n\n"
        "오전 11:00 ~ 오후 1:00 campus 센터\n"
        "오후 2:00 ~ 오후 4:00 cafe 센터 (가는 데 10분)\n\n"
        "http://127.0.0.1:5000/me/visits\n"
    )


def test_a_letter_says_what_is_left_when_it_goes_out(cast: Cast) -> None:
    first, second = plan(cast)
    cast.write(actions.take_back_stop, first, {}, cast.organizer, "", LATER)
    [planned, taken] = letters(cast)
    assert planned == taken
    assert taken[1] is not None
    assert "campus" not in taken[1].text
    cast.write(actions.take_back_stop, second, {}, cast.organizer, "", LATER + timedelta(minutes=1))
    said = letters(cast, "en")[-1][1]
    assert said is not None
    assert said.text.split("\n\n")[1] == "There is nowhere to go any more on Tue 24 November 2026."


@pytest.mark.parametrize("hours", [Hours(time(12), time(18)), None], ids=["cut", "cancelled"])
def test_hours_that_are_cut_are_told_to_whose_stops_they_touch(cast: Cast, hours: Hours | None) -> None:
    campus = cast.visit("campus")
    cast.stop(campus, at(11), at(14))
    cast.stop(campus, at(15), at(16), coach=1)
    cast.write(actions.change_visits, Target([campus], hours), {}, cast.organizer, "", LATER)
    told = [reader for reader, _ in letters(cast)]
    touched = cast.coach_accounts if hours is None else cast.coach_accounts[:1]
    assert told == [*cast.coach_accounts, *touched]


def test_who_plans_her_own_day_and_a_day_that_is_over_get_no_letter(cast: Cast) -> None:
    campus = cast.visit("campus")
    cast.write(actions.plan_stop, Stop(campus, cast.coaches[0], at(11), at(12)), cast.coach_accounts[0], NOW)
    assert letters(cast) == []
    cast.stop(campus, at(14), at(15))
    [row] = cast.rows(select(Outbox).where(Outbox.kind == "tour.changed"))
    plain = mail.OutboxRow(**{name: getattr(row, name) for name in mail.OutboxRow.__annotations__})
    with cast.app.test_request_context(), cast.database.read() as session:
        assert mail.renderers[row.kind](session, plain, "ko", NOW + timedelta(days=1)) is None
