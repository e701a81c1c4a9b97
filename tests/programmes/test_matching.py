"""Who fits a listing, why, in which order; and the three next steps after a fair."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairapp.programmes import rules
from fairapp.programmes.rules import AtFair, Person, Wanted

TODAY = date(2026, 11, 24)
WANTED = Wanted(occupation="0231", region="27290", salary_max=48_000_000, salary_period="year")
HER = Person(
    7, TODAY, occupation="0231", region="27290", experience_years=3, education="bachelor", wish_salary=48_000_000
)


@pytest.mark.parametrize(
    ("wanted", "person", "score", "reasons"),
    [
        (WANTED, HER, 15, ("occupation", "region", "in_time", "salary")),
        (WANTED, replace(HER, occupation="0232"), 12, ("region", "in_time", "occupation_near", "salary")),
        (WANTED, replace(HER, occupation="0111"), 9, ("region", "in_time", "salary")),
        (WANTED, replace(HER, region="27110"), 13, ("occupation", "in_time", "region_near", "salary")),
        (WANTED, replace(HER, region="11110"), 11, ("occupation", "in_time", "salary")),
        (WANTED, replace(HER, occupation=None, region=None), None, ()),  # nothing in common
        (WANTED, replace(HER, wish_salary=48_000_001), 13, ("occupation", "region", "in_time")),
        (
            replace(WANTED, salary_max=4_000_000, salary_period="month"),
            HER,
            15,
            ("occupation", "region", "in_time", "salary"),
        ),
        (replace(WANTED, salary_max=3_999_999, salary_period="month"), HER, 13, ("occupation", "region", "in_time")),
        (replace(WANTED, education="bachelor"), HER, 16, ("occupation", "region", "in_time", "salary", "education")),
        (replace(WANTED, education="master"), HER, None, ()),
        (replace(WANTED, education="high_school"), replace(HER, education=None), None, ()),
        (
            replace(WANTED, experience="experienced", experience_years=3),
            HER,
            17,
            ("occupation", "region", "in_time", "experience", "salary"),
        ),
        (replace(WANTED, experience="experienced", experience_years=4), HER, None, ()),
        (replace(WANTED, experience="experienced"), replace(HER, experience_years=0), None, ()),
        (
            replace(WANTED, experience="entry"),
            replace(HER, experience_years=0),
            17,
            ("occupation", "region", "in_time", "experience", "salary"),
        ),
        (WANTED, replace(HER, available_from=date(2026, 12, 24)), 15, ("occupation", "region", "in_time", "salary")),
        (WANTED, replace(HER, available_from=date(2026, 12, 25)), None, ()),  # more than thirty days away
        (
            replace(WANTED, starts_on=date(2027, 3, 2)),
            replace(HER, available_from=date(2027, 3, 2)),
            15,
            ("occupation", "region", "in_time", "salary"),
        ),
        (replace(WANTED, starts_on=date(2027, 3, 2)), replace(HER, available_from=date(2027, 3, 3)), None, ()),
        (
            replace(WANTED, key_people=True),
            replace(HER, region="11110", wants_home="27110"),
            17,
            ("occupation", "key_people", "in_time", "region_near", "salary"),
        ),
        (
            WANTED,
            replace(HER, region="11110", wants_home="27110"),
            13,
            ("occupation", "in_time", "region_near", "salary"),
        ),
    ],
)
def test_the_reasons_and_their_points(wanted: Wanted, person: Person, score: int | None, reasons: tuple[str, ...]):
    found = rules.fit(wanted, person, TODAY)
    assert (None if found is None else found.score) == score
    assert (() if found is None else found.reasons) == reasons


def test_the_best_come_first_then_who_is_free_earlier_then_the_lower_id():
    later = replace(HER, seeker_id=1, available_from=date(2026, 12, 1))
    near = replace(HER, seeker_id=2, occupation="0232")
    alike = replace(HER, seeker_id=3)
    twice = replace(HER, seeker_id=3, occupation="0232")
    order = [one.person.seeker_id for one in rules.ranked(WANTED, [later, near, twice, HER, alike], TODAY)]
    assert order == [3, 7, 1, 2]


def test_an_hour_s_wage_is_counted_over_the_year():
    assert rules.yearly(10_030, "hour", 40) == 10_030 * 40 * 52
    assert rules.yearly(2_000_000, "month", 40) == 24_000_000
    assert rules.yearly(30_000_000, "year", 40) == 30_000_000


@pytest.mark.parametrize(
    ("facts", "steps"),
    [
        (AtFair(), [("profile", None), ("coaching", "resume"), ("plan", None)]),
        (
            AtFair(interviews=2, rejected=1, whole_profile=True),
            [("coaching", "interview"), ("plan", None), ("profile", None)],
        ),
        (
            AtFair(interviews=1, listing=5, whole_profile=True, has_plan=True),
            [("listing", 5), ("coaching", "career"), ("plan", None)],
        ),
        (AtFair(listing=5, session=6, fair=7), [("listing", 5), ("profile", None), ("coaching", "resume")]),
        (AtFair(whole_profile=True, session=6, fair=7), [("coaching", "resume"), ("group", 6), ("fair", 7)]),
    ],
)
def test_the_next_steps_follow_from_what_happened(facts: AtFair, steps: list[tuple[str, int | str | None]]):
    assert rules.next_steps(facts) == steps


@given(
    st.builds(
        AtFair,
        interviews=st.integers(0, 3),
        rejected=st.integers(0, 3),
        listing=st.none() | st.integers(1, 9),
        session=st.none() | st.integers(1, 9),
        fair=st.none() | st.integers(1, 9),
        whole_profile=st.booleans(),
        has_plan=st.booleans(),
    )
)
def test_there_are_always_three_different_steps(facts: AtFair):
    kinds = [kind for kind, _ in rules.next_steps(facts)]
    assert len(kinds) == 3 == len(set(kinds))
