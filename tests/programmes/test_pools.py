"""Pools that open by rule: the rules on plain values, the same in the database, what the job writes down."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from fairapp.accounts.models import Profile
from fairapp.accounts.rules import age_on
from fairapp.errors import Invalid
from fairapp.live.models import Outbox
from fairapp.programmes import actions, jobs, queries, rules
from fairapp.programmes.models import Pool, PoolEntry
from fairapp.programmes.rules import PoolFields
from tests import factories
from tests.factories import NOW
from tests.programmes.cast import Cast

TODAY = date(2026, 11, 24)
DAYS = st.dates(date(2020, 1, 1), date(2032, 12, 31))


def tell(session: Any, account_id: int, **told: Any) -> None:
    """Give somebody a profile."""
    row = {"intro": "", "experience": "", "experience_years": 0, "skills": [], "updated_at": NOW}
    session.execute(insert(Profile).values(**row | told, account_id=account_id))


def pool(cast: Cast, kind: str, **more: Any) -> int:
    """Make a pool of the agency."""
    made: int = cast.write(actions.make_pool, cast.agency, PoolFields(kind, "인재풀", **more), NOW)
    return made


def there(cast: Cast, pool_id: int, now: Any = NOW) -> dict[int, date]:
    """Return who is in the pool, with the day on which each could work."""
    with_pool = lambda s: queries.members(s, s.get(Pool, pool_id), now)  # noqa: E731
    return {one.seeker_id: one.available_from for one in cast.read(with_pool)}


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "share", "first"),
    [
        (date(2026, 11, 1), date(2026, 11, 10), 70, date(2026, 11, 8)),  # ten days: after seven
        (date(2026, 11, 1), date(2026, 11, 10), 75, date(2026, 11, 9)),  # seven and a half: after eight
        (date(2026, 11, 1), date(2026, 11, 10), 80, date(2026, 11, 9)),
        (date(2026, 11, 1), date(2026, 11, 1), 70, date(2026, 11, 2)),
        (date(2026, 1, 1), date(2026, 12, 31), 70, date(2026, 9, 14)),  # 255.5 of 365 days
    ],
)
def test_a_trainee_is_in_once_the_share_of_the_days_has_passed(starts_on: date, ends_on: date, share: int, first: date):
    assert rules.trainee_from(starts_on, ends_on, share) == first


@given(DAYS, st.integers(1, 12))
def test_the_latest_graduation_is_the_inverse_of_the_first_day(today: date, months: int):
    last = rules.graduating_until(today, months)
    assert rules.student_from(last, months) <= today
    assert rules.student_from(last + timedelta(days=1), months) > today


@given(DAYS, st.dates(date(1960, 1, 1), date(2018, 12, 31)))
def test_the_young_and_the_older_are_those_of_that_age(today: date, born: date):
    after, until = rules.youth_born(today)
    age = age_on(born, today)
    assert (after < born <= until) is (age is not None and 15 <= age <= 34)
    assert (born <= rules.older_born_until(today)) is (age is not None and age >= 50)


def test_work_can_start_the_day_after_the_course():
    assert rules.available_from(date(2026, 12, 31), TODAY) == date(2027, 1, 1)
    assert rules.available_from(date(2026, 10, 1), TODAY) == TODAY
    assert rules.available_from(None, TODAY) == TODAY


COURSES = [
    (date(2026, 11, 1), date(2026, 11, 30)),
    (date(2026, 11, 3), date(2026, 12, 2)),
    (date(2026, 11, 4), date(2026, 12, 3)),  # 20 of 30 days: not yet
    (date(2026, 8, 1), date(2026, 8, 26)),  # ninety days ago
    (date(2026, 8, 1), date(2026, 8, 25)),  # too long ago
    (date(2026, 12, 1), date(2027, 3, 1)),
    (date(2026, 1, 1), date(2027, 2, 12)),
]


@pytest.mark.parametrize("share", [70, 75, 80])
def test_the_database_says_the_same_as_the_rule(cast_on_both: Cast, share: int):
    cast = cast_on_both
    who = [cast.write(lambda s: factories.make_seeker(s).id) for _ in COURSES]
    for seeker, (starts_on, ends_on) in zip(who, COURSES, strict=True):
        cast.write(actions.enrol, seeker, cast.agency, "course", "자바", starts_on, ends_on, "active", NOW)
    found = there(cast, pool(cast, "trainees", share=share))
    expected = {
        seeker: rules.available_from(ends_on, TODAY)
        for seeker, (starts_on, ends_on) in zip(who, COURSES, strict=True)
        if rules.trainee_from(starts_on, ends_on, share) <= TODAY <= ends_on + rules.STAYS
    }
    assert found == expected


def test_a_trainee_comes_in_at_midnight_of_the_agency(cast: Cast):
    who = cast.seekers[0]
    cast.write(actions.enrol, who, cast.agency, "course", "자바", date(2026, 11, 4), date(2026, 12, 3), "active", NOW)
    made = pool(cast, "trainees")
    midnight = NOW.replace(hour=15, minute=0)  # of the 25th in Seoul
    assert there(cast, made, midnight - timedelta(seconds=1)) == {}
    assert there(cast, made, midnight) == {who: date(2026, 12, 4)}


def test_dropped_courses_other_agencies_and_hired_people_are_not_in(cast: Cast):
    first, second, third, _ = cast.seekers
    days = (date(2026, 11, 1), date(2026, 11, 30))
    cast.write(actions.enrol, first, cast.agency, "course", "자바", *days, "dropped", NOW)
    cast.write(actions.enrol, second, cast.other_agency, "course", "자바", *days, "active", NOW)
    cast.write(actions.enrol, third, cast.agency, "school", "자바", *days, "active", NOW)
    made = pool(cast, "trainees")
    assert there(cast, made) == {}
    below = cast.write(lambda s: factories.make_agency(s, parent_id=cast.agency).id)
    cast.write(actions.enrol, second, below, "course", "자바", *days, "active", NOW)
    assert there(cast, made) == {second: date(2026, 12, 1)}


def test_a_partner_s_enrolments_count_through_the_hook(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    days = (date(2026, 11, 1), date(2026, 11, 30))
    cast.write(actions.enrol, cast.seekers[0], cast.other_agency, "course", "자바", *days, "active", NOW)
    made = pool(cast, "trainees")
    assert there(cast, made) == {}
    monkeypatch.setattr(queries.pools, "partner_agencies", [lambda _s, _agency, _now: [cast.other_agency]])
    assert there(cast, made) == {cast.seekers[0]: date(2026, 12, 1)}


def test_students_public_workers_and_returnees(cast_on_both: Cast):
    cast = cast_on_both
    first, second, third, fourth = cast.seekers
    cast.write(
        actions.enrol, first, cast.agency, "school", "경북대", date(2023, 3, 1), date(2027, 2, 19), "active", NOW
    )
    cast.write(
        actions.enrol, second, cast.agency, "school", "영남대", date(2023, 3, 1), date(2027, 8, 20), "active", NOW
    )
    assert there(cast, pool(cast, "graduates", months_before=6)) == {first: date(2027, 2, 20)}
    cast.write(actions.enrol, third, cast.agency, "public_work", "공원", date(2026, 9, 1), None, "active", NOW)
    assert there(cast, pool(cast, "public_work")) == {third: TODAY}
    for who, region, home in ((first, "11110", "27290"), (second, "27110", "27290"), (fourth, "11110", "26110")):
        cast.write(tell, who, region=region)
        cast.write(actions.set_homecoming, who, home, date(2027, 3, 1), NOW)
    assert there(cast, pool(cast, "returnees")) == {first: date(2027, 3, 1)}
    abroad = update(Profile).where(Profile.account_id == first).values(region=None)  # there is no region of ours there
    cast.write(lambda session: session.execute(abroad))
    assert there(cast, pool(cast, "returnees")) == {first: date(2027, 3, 1)}
    cast.write(actions.set_homecoming, first, None, None, NOW)
    assert there(cast, pool(cast, "returnees")) == {}
    with pytest.raises(Invalid):
        cast.write(actions.set_homecoming, first, "99999", None, NOW)


def test_groups_are_those_whom_the_agency_counsels(cast: Cast):
    young, older, back, _ = cast.seekers
    for who, told in (
        (young, {"birth_date": date(2000, 1, 1)}),
        (older, {"birth_date": date(1970, 1, 1)}),
        (back, {"segment": "career_break"}),
    ):
        cast.write(tell, who, **told)
        cast.case(who)
    cast.write(tell, cast.stranger, birth_date=date(2000, 1, 1))
    assert set(there(cast, pool(cast, "youth"))) == {young}
    assert set(there(cast, pool(cast, "age_50_plus"))) == {older}
    assert set(there(cast, pool(cast, "career_break"))) == {back}
    assert set(there(cast, pool(cast, "open"))) == {young, older, back}


def test_the_job_writes_down_once_who_came_and_left_and_tells_the_counsellor(cast_on_both: Cast):
    cast = cast_on_both
    who = cast.seekers[0]
    cast.write(actions.enrol, who, cast.agency, "course", "자바", date(2026, 11, 1), date(2026, 11, 30), "active", NOW)
    made = pool(cast, "trainees", counsellors=(cast.counsellors[0],), ends_on=date(2026, 12, 10))
    assert jobs.see_pools(NOW) == 1
    assert jobs.see_pools(NOW) == 0
    told = cast.read(lambda s: s.execute(select(Outbox.kind, Outbox.account_id, Outbox.data)).all())
    assert [tuple(row) for row in told] == [("way.pool", cast.counsellors[0], {"id": made, "count": 1})]
    assert jobs.see_pools(NOW + timedelta(days=20)) == 0  # the pool has ended
    rows = cast.read(lambda s: [(r.no, r.what, r.available_from) for r in s.scalars(select(PoolEntry))])
    assert rows == [(1, "entered", date(2026, 12, 1)), (2, "left", None)]


def test_a_counsellor_takes_on_who_is_in_the_pool(cast: Cast):
    who, other = cast.seekers[:2]
    cast.write(actions.enrol, who, cast.agency, "course", "자바", date(2026, 11, 1), date(2026, 11, 30), "active", NOW)
    made = pool(cast, "trainees")
    case = cast.write(actions.take, made, who, cast.counsellors[2], NOW)
    assert cast.read(queries.open_assignment, cast.agency, who).counsellor_id == cast.counsellors[2]
    assert cast.write(actions.take, made, who, cast.counsellors[1], NOW) == case
    with pytest.raises(actions.NotInPool):
        cast.write(actions.take, made, other, cast.counsellors[2], NOW)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "party"}, "kind"),
        ({"name": " "}, "name"),
        ({"share": 69}, "share"),
        ({"share": 81}, "share"),
        ({"months_before": 13}, "months_before"),
        ({"ends_on": date(2026, 11, 23)}, "ends_on"),
        ({"counsellors": (10**9,)}, "counsellors"),
    ],
)
def test_what_cannot_be_a_pool_is_refused(cast: Cast, change: dict[str, Any], field: str):
    fields = PoolFields(**{"kind": "trainees", "name": "훈련생"} | change)
    with pytest.raises(Invalid) as refused:
        cast.write(actions.make_pool, cast.agency, fields, NOW)
    assert [error.field for error in refused.value.errors] == [field]
    assert cast.read(lambda s: s.scalars(select(Pool)).all()) == []
