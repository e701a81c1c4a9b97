"""The table of docs/privacy.md and the app say the same about who is shown what of a seeker."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from fairapp import config, db
from fairapp.accounts import actions
from fairapp.accounts.models import Consent
from fairapp.coaching.pages import notes
from fairapp.outcomes import actions as outcomes
from fairapp.outcomes import jobs
from tests.canary import plant
from tests.factories import NOW
from tests.outcomes.cast import Cast
from tests.walking import Walk, addresses, begin, seen, told_back, ways

pytestmark = pytest.mark.timeout(300)  # each asks every route as every role
ROW = re.compile(r"^\| (POST )?`([\w.]+)` \| ([\w ,]+) \| ([\w, -]+) \| (consent|service) \|", re.MULTILINE)
Shown = set[tuple[str, str, str]]  # role, route, kind


def table(needs: set[str], before: str = "") -> Shown:
    """Return what the document allows for these needs, of routes with `POST ` before them or with nothing."""
    text = (config.ROOT / "docs" / "privacy.md").read_text()
    found = set()
    for way, route, roles, kinds, need in ROW.findall(text):
        if need in needs and way == before:
            found |= {(role.strip(), route, kind.strip()) for role in roles.split(",") for kind in kinds.split(",")}
    return found


def shown(walk: Walk, role: str, only: set[str] | None = None) -> Shown:
    """Return what the app shows to the role."""
    return {(role, route, kind) for route, kinds in seen(walk, role, only).items() for kind in kinds}


def told(walk: Walk, role: str, only: set[str] | None = None) -> Shown:
    """Return what answers to changes show to the role: they bring nothing, so that forms are shown again."""
    return {(role, route, kind) for route, kinds in told_back(walk, role, {}, only).items() for kind in kinds}


def planted(app: Flask, cast: Cast) -> Walk:
    """Return a walk with the canary planted and an export of hers on disk."""
    canary = plant(app, cast)
    db.of(app).write(outcomes.order_export, cast.fair, "bookings", "xlsx", NOW, cast.organizer, NOW, exact=False)
    assert jobs.make_exports(NOW) == 1
    return begin(app, cast, canary)


def withdraw(app: Flask, seeker: int) -> None:
    """Take every consent of hers back."""
    with db.of(app).read() as session:
        given = session.scalars(select(Consent.id).where(Consent.seeker_id == seeker)).all()
    for one in given:
        db.of(app).write(actions.withdraw_consent, seeker, one, NOW)


@pytest.mark.parametrize("everywhere", [False, pytest.param(True, marks=pytest.mark.soak)])
@pytest.mark.usefixtures("at_now")
def test_every_role_is_shown_what_the_table_says_and_after_a_withdrawal_no_more_than_the_service_needs(
    cast: Cast, app: Flask, everywhere: bool
) -> None:
    walk = planted(app, cast)
    before = {one for role in walk.browsers for one in shown(walk, role)}
    assert (before - table({"consent", "service"}), table({"consent", "service"}) - before) == (set(), set())
    withdraw(app, walk.canary.id)
    # What showed nothing of her while she agreed is looked at again by make soak alone: each walk takes a third of a minute.
    some = None if everywhere else {route for _, route, _ in before}
    after = {one for role in walk.browsers for one in shown(walk, role, some)}
    assert (after - table({"service"}), table({"service"}) - after) == (set(), set())


def test_every_part_of_every_address_has_a_value(cast: Cast, app: Flask) -> None:
    walk = begin(app, cast, plant(app, cast))
    assert len(ways(app)) > 150
    for rule in ways(app):
        assert list(addresses(walk, rule, "organizer"))


@pytest.mark.usefixtures("at_now")
def test_answers_to_changes_show_what_the_table_says_and_after_a_withdrawal_nothing_by_consent(
    cast: Cast, app: Flask
) -> None:
    walk = planted(app, cast)
    by_consent = table({"consent"}, "POST ")
    assert told(walk, "recruiter", {route for _, route, _ in by_consent}) == by_consent  # while she allows it
    withdraw(app, walk.canary.id)
    after = {one for role in walk.browsers for one in told(walk, role)}
    allowed = table({"service"}, "POST ")
    done = {one for one in allowed if one[0] == "admin"}  # what the organizer has answered by then
    assert (after - allowed, allowed - after - done) == (set(), set())


@pytest.mark.usefixtures("at_now")
def test_a_page_that_forgets_to_ask_for_consent_is_found(
    cast: Cast, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk = planted(app, cast)
    withdraw(app, walk.canary.id)
    monkeypatch.setattr(notes, "_allows", lambda *_: True)
    assert shown(walk, "coach", {"coaching.notes"}) - table({"service"}) == {
        ("coach", "coaching.notes", "note"),
        ("coach", "coaching.notes", "session-note"),
    }
