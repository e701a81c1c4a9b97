"""Codes, attendance, stages, cells and figures, without a database."""

from datetime import date, datetime, timedelta

import pytest

from fairapp.clock import UTC
from fairapp.errors import Forbidden, Invalid, NotFound
from fairapp.language import masked
from fairapp.outcomes import rules
from fairapp.outcomes.rules import Step

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
DAY = date(2026, 11, 24)


def steps(*stages: str) -> list[Step]:
    """Return standing rows of these stages, in order."""
    return [Step(n, stage, DAY, 7) for n, stage in enumerate(stages, 1)]


def test_a_code_has_no_sign_that_can_be_mistaken_and_is_never_the_same():
    codes = {rules.new_code() for _ in range(2000)}
    assert len(codes) == 2000
    assert all(len(code) == 10 and not set(code) & set("ILO01") for code in codes)


def test_a_code_is_read_as_it_is_typed_or_printed():
    assert rules.normal_code(" abcde-fghjk\r\n") == "ABCDEFGHJK"
    assert rules.spaced_code("ABCDEFGHJK") == "ABCDE-FGHJK"


@pytest.mark.parametrize("typed", ["", "ABC", "ABCDE-FGHJ0", "가나다라마바사아자차", "A" * 5000, "=1+1"])
def test_what_cannot_be_a_code_is_not_found(typed):
    with pytest.raises(NotFound):
        rules.normal_code(typed)


@pytest.mark.parametrize(
    ("name", "shown"), [("최정한별", "최○○"), ("정한", "정○"), ("곽", "곽"), ("", "○"), ("Alexandra Maria", "A○○")]
)
def test_a_name_is_masked_on_the_stand(name, shown):
    assert masked(name) == shown


def test_attendance_is_marked_from_half_an_hour_before_the_start():
    rules.check_markable("confirmed", NOW + timedelta(minutes=30), NOW)
    rules.check_markable("completed", NOW - timedelta(days=3), NOW)
    with pytest.raises(rules.NotYet):
        rules.check_markable("confirmed", NOW + timedelta(minutes=30, seconds=1), NOW)


@pytest.mark.parametrize("status", ["requested", "held", "cancelled", "expired"])
def test_only_booked_meetings_have_attendance(status):
    with pytest.raises(rules.WrongState):
        rules.check_markable(status, NOW, NOW)


def test_the_desk_is_open_from_the_first_day_to_the_end():
    hours = rules.Hours(NOW, NOW + timedelta(hours=8))
    rules.check_in_hours(hours, NOW)
    with pytest.raises(rules.NotYet):
        rules.check_in_hours(hours, NOW - timedelta(seconds=1))
    with pytest.raises(rules.WrongState):
        rules.check_in_hours(hours, NOW + timedelta(hours=8))


INTERVIEWED = [
    ("present", "present", (), True),
    ("present", None, (), False),
    ("present", "absent", (), False),
    (None, None, ("interviewed",), True),
    (None, None, ("hired",), True),
    (None, None, ("rejected",), False),
    ("absent", "present", ("withdrawn",), False),
]


@pytest.mark.parametrize(("seeker", "host", "stages", "counts"), INTERVIEWED)
def test_an_interview_took_place_if_both_came_or_the_ledger_says_so(seeker, host, stages, counts):
    assert rules.interviewed(seeker, host, stages) is counts


# What stands, the next stage, seeker's and host's marks, whether it may be written.
ORDER = [
    ((), "interviewed", None, None, True),
    ((), "interviewed", "absent", None, False),
    ((), "interviewed", "present", "absent", False),
    ((), "passed", None, None, False),
    ((), "passed", "present", "present", True),
    ((), "hired", "present", "present", True),
    ((), "hired", None, None, False),
    (("interviewed",), "hired", None, None, True),
    (("interviewed",), "interviewed", None, None, False),
    (("passed",), "interviewed", None, None, False),
    (("passed",), "final_interview", None, None, True),
    (("offered",), "hired", None, None, True),
    (("offered",), "started", None, None, False),
    (("hired",), "started", None, None, True),
    (("hired",), "retained", None, None, False),
    (("hired", "started"), "retained", None, None, True),
    (("hired", "started", "retained"), "retained", None, None, True),
    (("hired", "started"), "rejected", None, None, False),
    (("hired",), "withdrawn", None, None, True),
    ((), "rejected", "absent", None, True),
    (("rejected",), "passed", None, None, False),
    (("withdrawn",), "rejected", None, None, False),
]


@pytest.mark.parametrize(("standing", "stage", "seeker", "host", "fine"), ORDER)
def test_stages_come_in_order(standing, stage, seeker, host, fine):
    if fine:
        rules.check_stage(steps(*standing), stage, seeker, host)
    else:
        with pytest.raises(rules.WrongState):
            rules.check_stage(steps(*standing), stage, seeker, host)


def test_only_the_last_standing_row_is_corrected():
    standing = steps("interviewed", "passed")
    assert rules.check_correction(standing, 2) is standing[1]
    with pytest.raises(rules.WrongState):
        rules.check_correction(standing, 1)
    with pytest.raises(NotFound):
        rules.check_correction(standing, 9)


@pytest.mark.parametrize("on", [DAY - timedelta(days=1), DAY + timedelta(days=4)])
def test_a_day_before_the_interview_or_after_today_is_refused(on):
    with pytest.raises(Invalid) as refused:
        rules.check_day(on, DAY, DAY + timedelta(days=3), [])
    assert refused.value.errors[0].field == "on"


def test_days_do_not_go_back():
    rules.check_day(DAY, DAY, DAY, steps("interviewed"))
    with pytest.raises(Invalid):
        rules.check_day(DAY, DAY, DAY + timedelta(days=9), [Step(1, "interviewed", DAY + timedelta(days=2))])


def test_a_hire_holds_its_opening_until_an_end():
    assert rules.hired_at(steps("interviewed", "hired")) == 7
    assert rules.hired_at(steps("hired", "started", "retained")) == 7
    assert rules.hired_at(steps("hired", "withdrawn")) is None
    assert rules.hired_at(steps("offered")) is None


@pytest.mark.parametrize("text", ["=1+1", "+82 10", "-x", "@a", "\tx", "\rx", "\n=x", "  =1", "＝1", "＠a", " \n+1"])
def test_a_cell_that_could_be_a_formula_is_made_harmless(text):
    assert rules.harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "최정한별", "a=b", "12:00", "1-2", "'quoted", '"x"', "a\nb"])
def test_other_cells_stay_as_they_are(text):
    assert rules.harmless(text) == text


def test_age_is_counted_on_the_day_of_the_hire():
    hired = date(2026, 11, 24)
    assert rules.age_band(date(2011, 11, 24), hired) == "youth"  # fifteen today
    assert rules.age_band(date(2011, 11, 25), hired) == "other"
    assert rules.age_band(date(1991, 11, 25), hired) == "youth"  # thirty-five tomorrow
    assert rules.age_band(date(1991, 11, 24), hired) == "other"
    assert rules.age_band(date(2000, 2, 29), hired) == "youth"
    assert rules.age_band(None, hired) == "unknown"


def test_rates_and_shares():
    assert rules.share(1, 3) == 33.3
    assert rules.share(0, 0) is None
    assert (rules.share(1, 16), rules.share(3, 16)) == (6.3, 18.8)  # halves go up, where round() says 6.2 and 18.8
    assert (rules.times(9, 4), rules.times(1, 0), rules.each(5, 2), rules.each(5, 0)) == (2.3, None, 3, None)
    assert rules.rate(5, 10) == 50.0
    assert rules.rate(5, 4) is None
    assert rules.rate(0, 0) is None


class Person:
    """Somebody who may do what is said."""

    def __init__(self, id: int, organizes: bool = False, recruits: bool = False, coaches_for: tuple[int, ...] = ()):
        self.id, self.organizes, self.recruits, self.coaches_for = id, organizes, recruits, coaches_for

    def may_organize(self, agency_id: int) -> bool:
        return self.organizes and agency_id == 1

    def may_recruit(self, employer_id: int) -> bool:
        return self.recruits and employer_id == 2


class Interview:
    fair_agency_id, employer_id, coach_agency_id = 1, 2, None


class Coaching:
    fair_agency_id, employer_id, coach_agency_id = 1, None, 3


def test_only_the_giving_side_writes():
    for person in (Person(5, organizes=True), Person(6, recruits=True)):
        rules.check_gives(person, Interview(), None, 9)
    rules.check_gives(Person(8, coaches_for=(3,)), Coaching(), 8, 9)
    left = Person(8, coaches_for=(4,))  # coaches for another agency by now
    others = ((Person(7), Interview()), (Person(6, recruits=True), Coaching()), (left, Coaching()))
    for person, given in (*others, (Person(7, coaches_for=(3,)), Coaching())):
        with pytest.raises(NotFound):
            rules.check_gives(person, given, 8, 9)
    with pytest.raises(Forbidden):
        rules.check_gives(Person(9), Interview(), None, 9)
    assert not rules.hosts(Person(5, organizes=True), Interview(), None)
