"""The pages of what hosts and places allow: who may set it, what is kept, what it then does."""

from typing import Any

import pytest
from sqlalchemy import select

from fairapp.fairs.models import Site
from fairapp.scheduling import rules
from fairapp.scheduling.models import HostLimit, SiteDistance
from tests import factories
from tests.counting import counted
from tests.scheduling.cast import Cast


def limits_of(cast: Cast) -> list[tuple[int, int | None, int | None, int | None]]:
    """Return every limit that is kept."""
    return [(r.account_id, r.in_row, r.per_day, r.per_fair) for r in cast.rows(select(HostLimit))]


def told(host: int, **limits: str) -> dict[str, str]:
    """Return what the form of one host sends."""
    return {f"host{host}-{name}": limits.get(name, "") for name in ("in_row", "per_day", "per_fair")}


def test_a_recruiter_limits_her_day_and_the_next_booking_meets_it(cast_on_both: Cast) -> None:
    cast = cast_on_both
    host, page = cast.recruiter, f"/stand/{cast.booth}/limits"
    client = cast.client(host)
    assert "만남의 한도" in client.get(page).text
    assert client.post(f"{page}/{host}", data=told(host, per_day="1", in_row="2")).status_code == 303
    assert limits_of(cast) == [(host, 2, 1, None)]
    assert 'value="2"' in client.get(page).text
    cast.book(cast.slots[0], cast.seeker)
    with pytest.raises(rules.HostBusy):
        cast.book(cast.slots[1], cast.other)
    assert client.post(f"{page}/{host}", data=told(host, per_day="2")).status_code == 303
    assert cast.book(cast.slots[1], cast.other)
    assert client.post(f"{page}/{host}", data=told(host)).status_code == 303
    assert limits_of(cast) == [(host, None, None, None)]


def test_a_coach_limits_herself(cast_on_both: Cast) -> None:
    cast = cast_on_both
    page, coach = f"/coach/{cast.coach}/limits", cast.coach_account
    assert cast.client(coach).post(f"{page}/{coach}", data=told(coach, per_fair="5")).status_code == 303
    assert limits_of(cast) == [(coach, None, None, 5)]


@pytest.mark.parametrize("limits", [{"per_day": "0"}, {"in_row": "-1"}, {"per_fair": "1001"}, {"per_day": "많이"}])
def test_a_limit_that_cannot_be_is_said_beside_its_field(cast: Cast, limits: dict[str, str]) -> None:
    host = cast.recruiter
    answer = cast.client(host).post(f"/stand/{cast.booth}/limits/{host}", data=told(host, **limits))
    assert answer.status_code == 422
    assert f"host{host}-{next(iter(limits))}-error" in answer.text
    assert limits_of(cast) == []


def test_nobody_else_sets_them(cast: Cast) -> None:
    page = f"/stand/{cast.booth}/limits"
    for account in (cast.seeker, cast.stranger, cast.coach_account):
        client = cast.client(account)
        assert client.get(page).status_code == 404
        assert client.post(f"{page}/{cast.recruiter}", data=told(cast.recruiter, per_day="1")).status_code == 404
    own = cast.client(cast.recruiter)
    for host in (cast.seeker, 10**12, "x"):
        assert own.post(f"{page}/{host}", data={}).status_code == 404
    assert limits_of(cast) == []


def _two_sites(cast: Cast) -> tuple[int, int]:
    def act(session: Any) -> int:
        made: int = factories.make_site(session, fair_id=cast.fair, name="캠퍼스").id
        return made

    there = cast.write(act)
    [here] = [site.id for site in cast.rows(select(Site)) if site.id != there]
    return here, there


def test_an_organizer_says_how_long_the_ways_take(cast_on_both: Cast) -> None:
    cast = cast_on_both
    here, there = _two_sites(cast)
    client, page = cast.client(cast.organizer), f"/organize/{cast.slug}/ways"

    def say(one: int, other: int, minutes: str) -> Any:
        return client.post(page, data={"one": str(one), "other": str(other), "minutes": minutes})

    assert say(there, 0, "25").status_code == 303
    assert [site.reach_minutes for site in cast.rows(select(Site).where(Site.id == there))] == [25]
    assert say(there, here, "40").status_code == 303
    assert say(here, there, "35").status_code == 303
    kept = [(way.site_a, way.site_b, way.minutes) for way in cast.rows(select(SiteDistance))]
    assert kept == [(min(here, there), max(here, there), 35)]
    shown = client.get(page).text
    assert ("35분" in shown, "캠퍼스까지: 25분" in shown) == (True, True)
    assert say(here, there, "").status_code == 303
    assert cast.rows(select(SiteDistance)) == []


def test_a_way_that_cannot_be_changes_nothing(cast: Cast) -> None:
    here, there = _two_sites(cast)
    client, page = cast.client(cast.organizer), f"/organize/{cast.slug}/ways"
    bad = [
        {"one": str(here), "other": str(here), "minutes": "5"},
        {"one": str(here), "other": str(there), "minutes": "241"},
        {"one": str(here), "other": str(there), "minutes": "-1"},
        {"one": str(here), "other": "0", "minutes": ""},
        {"one": "9999", "other": "0", "minutes": "5"},
        {"one": "x", "other": str(there), "minutes": "5"},
        {},
    ]
    for data in bad:
        answer = client.post(page, data=data)
        assert (answer.status_code, "-error" in answer.text) == (422, True)
    assert cast.rows(select(SiteDistance)) == []
    assert {site.reach_minutes for site in cast.rows(select(Site))} == {0}
    assert cast.client(cast.recruiter).get(page).status_code == 403
    assert cast.client(None).get(page).status_code in (302, 303)


def test_as_many_statements_for_one_place_as_for_many(cast: Cast) -> None:
    client, page = cast.client(cast.organizer), f"/organize/{cast.slug}/ways"
    _two_sites(cast)
    client.get(page)
    with counted(cast.app) as few:
        client.get(page)
    for _ in range(10):
        cast.write(lambda session: factories.make_site(session, fair_id=cast.fair) and None)
    with counted(cast.app) as many:
        client.get(page)
    assert few == many
