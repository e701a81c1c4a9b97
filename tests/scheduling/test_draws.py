"""Draws: fair by a seed promised before, redone by a script that knows nothing of fairapp, and never a double booking."""

import json
import subprocess
import sys
from typing import Any

import pytest
import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from docs.redraw import redraw
from fairapp import audit, db
from fairapp.errors import Invalid, NotFound
from fairapp.live.models import Outbox
from fairapp.scheduling import actions, jobs, rules
from fairapp.scheduling.models import Booking, Draw, DrawEntry, Slot
from fairapp.scheduling.rules import Wish
from tests.factories import NOW
from tests.scheduling.floors import Hall, at
from tests.scheduling.test_api import Calls
from tests.servers.app import ROOT

CLOSES, DRAWS = 60, 90
ORDER_BY_HAND = ["a", "c", "b"]


@pytest.fixture
def hall(app_on_both: Flask) -> Hall:
    """Return the floor."""
    return Hall(db.of(app_on_both), ends_at=at(3 * 24 * 60))


def opened(hall: Hall, count: int = 3, share: int = 0) -> tuple[int, list[int]]:
    """Open a draw over so many slots from four hours on; return it and the slots."""
    slots = hall.open(*[240 + 20 * n for n in range(count)])
    slots = slots if isinstance(slots, list) else [slots]
    draw: int = hall.write(actions.open_draw, hall.booth, slots, at(CLOSES), at(DRAWS), hall.hosts[0], NOW, share=share)
    return draw, slots


def enter(hall: Hall, draw: int, seeker: int, *wishes: int) -> str:
    """Enter the draw."""
    code: str = hall.write(actions.enter_draw, draw, hall.seekers[seeker], wishes, NOW, consent=True)
    return code


def won(hall: Hall) -> dict[int, int]:
    """Return which slot each seeker won, by her number."""
    with hall.database.read() as session:
        rows = session.execute(select(DrawEntry.seeker_id, DrawEntry.won_id).where(DrawEntry.won_id.is_not(None)))
        return {hall.seekers.index(seeker): slot for seeker, slot in rows if slot is not None}


@given(st.integers(0, 200), st.integers(0, 50))
def test_the_share_for_the_line_is_spread(count: int, share: int) -> None:
    kept = rules.kept_for_line(count, share)
    assert len(set(kept)) == len(kept) == count * share // 100
    assert all(0 <= one < count for one in kept)
    assert kept == sorted(kept)


def test_the_order_is_that_of_hashes() -> None:
    # By hand: printf %s seed:a | sha256sum
    assert rules.drawn_order("seed", ["a", "b", "c"]) == ORDER_BY_HAND
    assert rules.commitment("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_slots_of_a_draw_are_not_booked_before_it(hall: Hall) -> None:
    draw, slots = opened(hall)
    hall.refused(lambda: hall.book(slots[0]), rules.NotOpen)
    assert jobs.hold_draws(at(DRAWS - 1)) == 0
    assert jobs.hold_draws(at(DRAWS)) == 1
    # Nobody entered: everything is left, and open at once.
    assert hall.book(slots[0], now=at(DRAWS))
    assert hall.rows(select(Draw.drawn_at).where(Draw.id == draw)) == [at(DRAWS)]


def test_each_gets_the_dearest_wish_that_is_left(hall: Hall) -> None:
    draw, slots = opened(hall)
    codes = [enter(hall, draw, n, slots[0], slots[1]) for n in range(4)]
    assert enter(hall, draw, 3, slots[0]) == codes[3]  # changed, the same entry
    assert jobs.hold_draws(at(DRAWS)) == 1
    seed = hall.rows(select(Draw.seed))[0]
    order = [codes.index(code) for code in rules.drawn_order(seed, codes)]
    expected, left = {}, {slots[0], slots[1]}
    for seeker in order:
        for slot in (slots[0],) if seeker == 3 else (slots[0], slots[1]):
            if slot in left:
                expected[seeker] = slot
                left.discard(slot)
                break
    assert won(hall) == expected
    booked = hall.rows(select(Booking).where(Booking.status == "confirmed"))
    assert {(b.seeker_id, b.slot_id) for b in booked} == {(hall.seekers[n], slot) for n, slot in expected.items()}
    lost = hall.rows(select(Outbox.account_id).where(Outbox.kind == "draw.lost"))
    assert sorted(lost) == sorted(hall.seekers[n] for n in range(4) if n not in expected)
    with hall.database.read() as session:
        assert audit.breaches(session) == []
    assert jobs.hold_draws(at(DRAWS + 1)) == 0


def test_a_share_is_kept_for_the_line(hall: Hall) -> None:
    _, slots = opened(hall, count=10, share=20)
    kept = hall.rows(select(Slot.id).where(Slot.for_line).order_by(Slot.starts_at))
    assert kept == [slots[2], slots[7]]


def test_who_is_elsewhere_by_then_is_passed_over_and_it_is_said(hall: Hall) -> None:
    draw, slots = opened(hall, count=2)
    enter(hall, draw, 0, slots[0], slots[1])
    session = hall.session(240, 20)
    hall.book(session, 0)
    jobs.hold_draws(at(DRAWS))
    assert won(hall) == {0: slots[1]}
    assert hall.rows(select(DrawEntry.excluded)) == [[str(slots[0])]]


def test_a_draw_that_is_interrupted_goes_on(hall: Hall) -> None:
    draw, slots = opened(hall, count=3)
    for n in range(6):
        enter(hall, draw, n, *slots)
    assert hall.write(actions.draw_next, draw, at(DRAWS)) is True
    assert hall.write(actions.draw_next, draw, at(DRAWS)) is True
    assert len(won(hall)) == 2
    first = won(hall)
    hall.refused(lambda: hall.book(slots[0], 5, now=at(DRAWS)), Exception)
    # Two processes at once go on together: the draw's row is the lock.
    for _ in range(3):
        jobs.hold_draws(at(DRAWS + 70))
    assert len(won(hall)) == 3
    assert first.items() <= won(hall).items()


def test_what_cannot_be_drawn_is_refused(hall: Hall) -> None:
    slots = hall.open(240, 260)
    booked = hall.open(300)
    hall.book(booked, 1)

    def trial(chosen: list[int], closes: int = CLOSES, draws: int = DRAWS, share: int = 0) -> None:
        act = lambda: hall.write(  # noqa: E731
            actions.open_draw, hall.booth, chosen, at(closes), at(draws), hall.hosts[0], NOW, share=share
        )
        hall.refused(act, Invalid)

    trial([*slots, booked])
    trial([*slots, 10**9])
    trial([])
    trial(slots, closes=0)
    trial(slots, draws=CLOSES - 1)
    trial(slots, draws=181)
    trial(slots, share=51)
    draw: int = hall.write(actions.open_draw, hall.booth, slots, at(CLOSES), at(DRAWS), hall.hosts[0], NOW)
    trial(slots)  # drawn for already
    for wishes in ([], [booked], [slots[0], slots[0]]):
        hall.refused(lambda wishes=wishes: enter(hall, draw, 0, *wishes), Invalid)  # type: ignore[misc]
    hall.refused(lambda: enter(hall, draw + 1, 0, slots[0]), NotFound)
    enter(hall, draw, 0, slots[0])
    late = at(CLOSES)
    seeker = hall.seekers[0]
    hall.refused(lambda: hall.write(actions.enter_draw, draw, seeker, [slots[1]], late), rules.DrawOver)
    hall.refused(lambda: hall.write(actions.leave_draw, draw, seeker, late), rules.DrawOver)
    hall.write(actions.leave_draw, draw, seeker, NOW)
    hall.refused(lambda: hall.write(actions.leave_draw, draw, seeker, NOW), NotFound)


def test_a_draw_does_not_pass_over_the_quota(app: Flask) -> None:
    hall = Hall(db.of(app), ends_at=at(3 * 24 * 60), quota=1)
    other = hall.open(180, booth_id=hall.booth)
    draw, slots = opened(hall, count=1)
    enter(hall, draw, 0, slots[0])
    hall.allow_many()
    hall.write(actions.book, other, hall.seekers[0], Wish(), NOW)
    jobs.hold_draws(at(DRAWS))
    assert won(hall) == {}


def redrawn(published: Any) -> tuple[int, str]:
    """Run docs/redraw.py in a process that cannot import fairapp."""
    done = subprocess.run(
        [sys.executable, "-I", str(ROOT / "docs" / "redraw.py")],
        input=json.dumps(published),
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_a_script_without_fairapp_draws_the_same(app: Flask) -> None:
    hall = Hall(db.of(app), ends_at=at(3 * 24 * 60))
    slots = [str(one) for one in hall.open(240, 260, 280, 300)]
    recruiter, anybody = Calls(app, hall.hosts[0]), Calls(app, hall.seekers[5])
    body = {"slots": slots, "closes_at": at(CLOSES).isoformat(), "draws_at": at(DRAWS).isoformat(), "share": 25}
    with time_machine.travel(NOW, tick=False):
        assert anybody("POST", f"/booths/{hall.booth}/draws", body).status_code == 404
        made = recruiter("POST", f"/booths/{hall.booth}/draws", body)
        assert made.status_code == 201
        draw = made.json
        offered = [one["slot"] for one in draw["slots"]]
        assert (len(offered), draw["seed"], draw["entries"], draw["entered"]) == (3, None, [], 0)
        for n in range(6):
            wishes = offered[n % 3 :] + offered[: n % 3]
            calls = Calls(app, hall.seekers[n])
            assert calls("PUT", f"/draws/{draw['id']}/entry", {"wishes": wishes}).status_code == 422
            entered = calls("PUT", f"/draws/{draw['id']}/entry", {"wishes": wishes, "consent": True})
            assert entered.status_code == 200
            assert calls("GET", f"/draws/{draw['id']}/entry").json == entered.json
        assert anybody("DELETE", f"/draws/{draw['id']}/entry").status_code == 204
        assert redrawn(anybody("GET", f"/draws/{draw['id']}").json) == (
            2,
            "This draw is not held yet: its seed is still secret.\n",
        )
    jobs.hold_draws(at(DRAWS))
    published = anybody("GET", f"/draws/{draw['id']}").json
    assert published["commitment"] == draw["commitment"]
    assert redrawn(published) == (0, "5 entries, 3 winners, the same\n")
    assert not {str(one) for one in hall.seekers} & {one["code"] for one in published["entries"]}
    # The control: a winner put in by hand, a seed chosen afterwards.
    loser = next(one for one in published["entries"] if one["won"] is None)
    winner = next(one for one in published["entries"] if one["won"] is not None)
    loser["won"], winner["won"] = winner["won"], None
    assert redrawn(published)[0] == 1
    assert redrawn(published | {"seed": "0" * 64}) == (
        1,
        "The seed is not the one that was promised before the draw.\n",
    )


@given(
    st.text("0123456789abcdef", min_size=1, max_size=8),
    st.lists(st.lists(st.sampled_from("pqrs"), unique=True, min_size=1), max_size=12),
    st.dictionaries(st.sampled_from("pqrs"), st.integers(0, 3)),
)
def test_nobody_envies_who_was_drawn_later(seed: str, wishes: list[list[str]], seats: dict[str, int]) -> None:
    """A property of the rule: whoever wins a slot, nobody drawn before wished it more than what she got."""
    entries = [{"code": f"c{n}", "wishes": one, "excluded": []} for n, one in enumerate(wishes)]
    slots = [{"slot": slot, "seats": n} for slot, n in seats.items()]
    winners = redraw({"seed": seed, "slots": slots, "entries": entries})
    for slot, n in seats.items():
        assert sum(1 for one in winners.values() if one == slot) <= n
    place = {code: n for n, code in enumerate(rules.drawn_order(seed, [str(e["code"]) for e in entries]))}
    for n, wished in enumerate(wishes):
        got = winners.get(f"c{n}")
        better = wished if got is None else wished[: wished.index(got)]
        for slot in better:
            holders = [code for code, one in winners.items() if one == slot]
            assert len(holders) == seats.get(slot, 0)
            assert all(place[code] < place[f"c{n}"] for code in holders)
