"""What follows from how sure the linking is, and which of several values counts."""

from datetime import date
from typing import Any

import pytest

from fairapp.partners.rules import Linked, Told, decided, joined_profile, told_by_field
from fairapp.partners.rules.linking import Pair


def pair(one: str, other: str, probability: float = 0.99, held: str = "") -> Pair:
    """Return a pair of keys."""
    return Pair(one, other, probability, {}, held)


KNOWN = {"r1": 10, "a10": 10, "r2": 20, "a30": 30}


@pytest.mark.parametrize(
    ("groups", "joined", "about", "new", "same"),
    [
        ((), (), {}, (("r7",), ("r8",)), set()),
        ((("r7", "r8"),), (pair("r7", "r8"),), {}, (("r7", "r8"),), set()),
        ((("a10", "r1", "r7"),), (pair("r1", "r7"),), {"r7": 10}, (("r8",),), set()),
        # Two known accounts that one record leads together: it is about the likelier one, and somebody looks.
        (
            (("r1", "r2", "r7"),),
            (pair("r1", "r7", 0.97), pair("r2", "r7", 0.99)),
            {"r7": 20},
            (("r8",),),
            {(10, 20)},
        ),
        ((("r1", "r2", "r7"),), (pair("r1", "r7", 0.99), pair("r2", "r7", 0.99)), {"r7": 10}, (("r8",),), {(10, 20)}),
        ((("r1", "r7", "r8"),), (pair("r1", "r7"), pair("r7", "r8")), {"r7": 10, "r8": 10}, (), set()),
        # Known people who were joined before are no news.
        ((("a10", "r1"),), (), {}, (("r7",), ("r8",)), set()),
    ],
)
def test_whom_a_record_is_about(groups: Any, joined: Any, about: Any, new: Any, same: Any) -> None:
    found = decided(Linked(groups, joined, ()), ["r7", "r8"], KNOWN)
    assert (dict(found.about), sorted(found.new), set(found.same)) == (about, sorted(new), same)


def test_likely_pairs_of_new_records_are_put_before_somebody() -> None:
    likely = (pair("r7", "r1", 0.8, "unsure"), pair("r1", "r2", 0.9, "unsure"), pair("r7", "r8", 0.99999, "name"))
    found = decided(Linked((), (), likely), ["r7", "r8"], KNOWN)
    assert found.likely == {("r7", "r1"): 800, ("r7", "r8"): 999}


OLD, NEW = date(2026, 9, 1), date(2026, 11, 1)


def test_what_she_says_counts_first_then_the_latest_day() -> None:
    records = [
        (1, NEW, {"phone": "+821011112222", "region": "27200", "skills": ["용접"]}),
        (2, OLD, {"phone": "+821099998888", "region": "", "education": "bachelor"}),
        (3, NEW, {"phone": "+821033334444"}),
    ]
    told = told_by_field({"phone": "+821000000000"}, OLD, records)
    assert told["phone"] == [
        Told("+821000000000", None, OLD),
        Told("+821033334444", 3, NEW),
        Told("+821011112222", 1, NEW),
        Told("+821099998888", 2, OLD),
    ]
    assert told["region"] == [Told("27200", 1, NEW)]  # an empty cell says nothing
    without = told_by_field({"phone": "+821000000000"}, None, records)
    assert without["phone"][0] == Told("+821033334444", 3, NEW)


def test_a_profile_of_what_partners_tell() -> None:
    told = told_by_field(
        {}, None, [(1, NEW, {"birth_date": "1998-03-02", "skills": ["용접"], "experience_years": 3, "name": "김하늘"})]
    )
    profile = joined_profile(told)
    assert (profile.birth_date, profile.skills, profile.experience_years) == (date(1998, 3, 2), ("용접",), 3)
    assert (profile.region, profile.phone) == (None, None)
