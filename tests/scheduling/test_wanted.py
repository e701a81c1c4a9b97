"""Waiting for certain times alone: over the API, and on the pages for a part of the day."""

from typing import Any

import pytest
from sqlalchemy import select

from fairapp.scheduling.models import WaitlistEntry
from tests.scheduling.cast import Cast


def wait(cast: Cast, **wanted: Any) -> Any:
    """Wait at the booth over the API."""
    return cast.client(cast.seeker).post(f"/api/v1/booths/{cast.booth}/waitlist", json=wanted)


def entry(cast: Cast) -> tuple[Any, ...]:
    """Return what the entry is for."""
    (one,) = cast.rows(select(WaitlistEntry))
    return one.host_id, one.listing_id, one.from_minute, one.to_minute


def test_one_says_what_one_waits_for_and_may_say_it_again(cast_on_both: Cast) -> None:
    cast = cast_on_both
    told = {"host": str(cast.recruiter), "listing": str(cast.listing), "from": 540, "to": 720}
    assert wait(cast, **told).status_code == 201
    assert entry(cast) == (cast.recruiter, cast.listing, 540, 720)
    bare = cast.client(cast.seeker).post(f"/api/v1/booths/{cast.booth}/waitlist")
    assert bare.status_code == 201
    assert entry(cast) == (None, None, 0, 1440)


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"host": "999"}, "host"),
        ({"listing": "999"}, "listing"),
        ({"from": 700, "to": 600}, "to"),
        ({"from": -1}, "from"),
        ({"to": "noon"}, "to"),
        ({"to": 1441}, "to"),
        ({"when": "now"}, "when"),
    ],
)
def test_what_cannot_be_waited_for_is_refused(cast_on_both: Cast, told: dict[str, Any], field: str) -> None:
    refused = wait(cast_on_both, **told)
    assert refused.status_code == 422, refused.text
    assert [error["field"] for error in refused.json["errors"]] == [field]
    assert cast_on_both.rows(select(WaitlistEntry)) == []


@pytest.mark.parametrize(
    ("part", "minutes"), [("", (0, 1440)), ("morning", (0, 720)), ("afternoon", (720, 1440)), ("night", (0, 1440))]
)
def test_on_the_pages_one_waits_for_a_part_of_the_day(cast: Cast, part: str, minutes: tuple[int, int]) -> None:
    for page, giver in (("booths", cast.booth), ("coaches", cast.coach)):
        done = cast.client(cast.seeker).post(f"/{page}/{giver}/waitlist", data={"part": part})
        assert done.status_code == 303
    assert {(one.from_minute, one.to_minute) for one in cast.rows(select(WaitlistEntry))} == {minutes}
