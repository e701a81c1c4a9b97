"""The decisions of the way to a job, on plain values."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairapp.errors import Invalid
from fairapp.programmes import rules
from fairapp.programmes.rules import Course, Load, StageFields, Where, WrongStage

MORNING = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)  # ten o'clock in Seoul
STAGES = {stage.no: stage for stage in rules.USUAL}
TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("loads", "earlier", "taken"),
    [
        ([], [], None),
        ([Load(1, 60, 60)], [], None),
        ([Load(1, 0, 0)], [], None),
        ([Load(2, 5, 60), Load(1, 5, 60)], [], 1),  # alike: the lower id
        ([Load(1, 30, 60), Load(2, 10, 15)], [], 1),  # half against two thirds
        ([Load(1, 3, 6), Load(2, 30, 60)], [], 1),  # alike in share: fewer people
        ([Load(1, 0, 60), Load(2, 59, 60)], [2], 2),  # who knows her comes first
        ([Load(1, 0, 60), Load(2, 60, 60)], [2], 1),  # but never over the limit
        ([Load(1, 9, 60), Load(2, 9, 60), Load(3, 0, 60)], [9, 2, 1], 2),  # the latest who is there
    ],
)
def test_the_choice_is_fair_with_continuity_first(loads: list[Load], earlier: list[int], taken: int | None):
    assert rules.choose(loads, earlier) == taken


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.integers(0, 40))
def test_nobody_is_ever_given_more_than_the_limit_and_shares_stay_close(limits: list[int], people: int):
    counts: Counter[int] = Counter()
    for n in range(people):
        taken = rules.choose([Load(i, counts[i], limit) for i, limit in enumerate(limits)], [])
        if taken is None:
            assert n >= sum(limits)
            break
        counts[taken] += 1
    assert all(counts[i] <= limit for i, limit in enumerate(limits))
    for i, one in enumerate(limits):
        for j, other in enumerate(limits):  # nobody took one while somebody else was strictly emptier
            assert (counts[i] - 1) / one <= counts[j] / other


@pytest.mark.parametrize(
    ("away_from", "away_until", "away"),
    [
        (None, None, False),
        (date(2026, 11, 24), date(2026, 11, 24), True),
        (date(2026, 11, 25), None, False),
        (date(2026, 11, 1), None, True),
        (date(2026, 11, 1), date(2026, 11, 23), False),
    ],
)
def test_an_absence_includes_both_days(away_from: date | None, away_until: date | None, away: bool):
    assert rules.is_away(away_from, away_until, TODAY) is away


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2027, 2, 28), 6, date(2026, 8, 28)),
        (date(2026, 8, 31), 6, date(2026, 2, 28)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2027, 1, 31), 2, date(2026, 11, 30)),
        (date(2026, 12, 31), 12, date(2025, 12, 31)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
    ],
)
def test_months_before_a_day_end_with_the_month(day: date, months: int, before: date):
    assert rules.months_before(day, months) == before


@pytest.mark.parametrize(
    ("stage", "to", "holding", "why", "fine"),
    [
        (1, 2, {"contact", "plan"}, "", True),
        (1, 2, {"plan"}, "", False),  # nobody has met her yet
        (1, 2, {"contact"}, "", False),  # no plan is agreed on
        (1, 3, {"plan"}, "바로 시작해요", True),  # over a stage, with a reason and what the third asks for
        (1, 3, {"plan"}, " ", False),
        (1, 3, set(), "바로 시작해요", False),
        (3, 2, {"plan"}, "다시 상담해요", True),
        (3, 2, {"plan"}, "", False),
        (4, 1, {"consent"}, "처음부터 다시", True),
        (2, 2, {"plan", "contact"}, "그대로", False),
        (4, 5, {"plan", "contact"}, "더", False),
        (1, 0, {"plan", "contact"}, "더", False),
    ],
)
def test_a_stage_is_entered_by_its_conditions(stage: int, to: int, holding: set[str], why: str, fine: bool):
    where = Where(stage, paused=False, ended=False)
    if fine:
        assert rules.check_move(where, to, STAGES, holding, why) == why.strip()
        for stopped in (replace(where, paused=True), replace(where, ended=True)):
            with pytest.raises(WrongStage):
                rules.check_move(stopped, to, STAGES, holding, why)
    else:
        with pytest.raises((WrongStage, Invalid)):
            rules.check_move(where, to, STAGES, holding, why)


def test_pausing_and_ending_need_a_course_that_goes_on():
    going, paused, ended = (Where(1, p, e) for p, e in ((False, False), (True, False), (False, True)))
    assert rules.check_pause(going, " 입원 ") == "입원"
    for where, why, error in ((paused, "입원", WrongStage), (ended, "입원", WrongStage), (going, " ", Invalid)):
        with pytest.raises(error):
            rules.check_pause(where, why)
    rules.check_resume(paused)
    for where in (going, ended):
        with pytest.raises(WrongStage):
            rules.check_resume(where)
    rules.check_end(paused, "job")
    with pytest.raises(WrongStage):
        rules.check_end(ended, "job")
    with pytest.raises(Invalid):
        rules.check_end(going, "tired")


COURSE = Course(MORNING, MORNING, 30, 365, 30)


@pytest.mark.parametrize(
    ("course", "today", "late"),
    [
        (COURSE, TODAY, ()),
        (COURSE, date(2026, 12, 23), ()),  # the thirtieth day
        (COURSE, date(2026, 12, 24), ("stage",)),
        (COURSE, date(2026, 12, 25), ("stage", "contact")),
        (replace(COURSE, last_contact=MORNING + timedelta(days=5)), date(2026, 12, 25), ("stage",)),
        (replace(COURSE, goals_due=(TODAY,)), TODAY, ()),
        (replace(COURSE, goals_due=(TODAY,)), date(2026, 11, 25), ("goal",)),
        (replace(COURSE, paused=True), date(2028, 1, 1), ()),
        (replace(COURSE, stage_pause=10 * 86400, whole_pause=10 * 86400), date(2027, 1, 2), ("contact",)),
        (replace(COURSE, stage_pause=10 * 86400), date(2027, 1, 3), ("stage", "contact")),
        (replace(COURSE, stage_days=365, quiet_days=180), date(2027, 11, 23), ("contact",)),
        (replace(COURSE, stage_days=365, quiet_days=180), date(2027, 11, 24), ("limit", "stage", "contact")),
        (replace(COURSE, whole_pause=86400, stage_days=365), date(2027, 11, 24), ("stage", "contact")),
    ],
)
def test_what_is_overdue_is_told_in_order(course: Course, today: date, late: tuple[str, ...]):
    assert rules.overdue(course, today) == late


def test_days_are_those_of_seoul():
    late_evening = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)  # half past midnight of the next day in Seoul
    assert rules.day_of(late_evening) == date(2026, 11, 25)
    assert rules.ends_on(replace(COURSE, began_at=late_evening)) == date(2027, 11, 24)
    assert rules.next_date(COURSE, TODAY) == date(2026, 12, 23)
    assert rules.next_date(replace(COURSE, goals_due=(date(2026, 12, 1),)), TODAY) == date(2026, 12, 1)


def test_a_programme_has_four_stages_and_knows_its_conditions():
    rules.check_programme("취업성공패키지", 365, 30, rules.USUAL)
    bad = StageFields(4, "", "", 0, ("luck",))
    with pytest.raises(Invalid) as refused:
        rules.check_programme(" ", 10, 3, [*rules.USUAL[:3], bad])
    named = ["name", "days", "quiet_days", "name4", "days4", "entry4"]
    assert [error.field for error in refused.value.errors] == named
    with pytest.raises(Invalid):
        rules.check_programme("셋", 365, 30, rules.USUAL[:3])
