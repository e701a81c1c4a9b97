"""What is the host's alone: the seeker's note, and the power of a coach, which ends with her membership."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from fairapp import db
from fairapp.accounts.models import Membership
from fairapp.scheduling.models import Booking
from tests import factories
from tests.factories import NOW
from tests.outcomes.cast import Cast
from tests.signing_in import browser_of

pytestmark = pytest.mark.usefixtures("at_now")

NOTE = "늦을 수 <b>있어요</b>"
SHOWN = "늦을 수 &lt;b&gt;있어요&lt;/b&gt;"


def change(app: Flask, statement: Any) -> None:
    """Run the statement."""
    db.of(app).write(lambda session: session.execute(statement))


@pytest.mark.parametrize("kind", ["interview", "coaching"])
def test_the_host_alone_reads_the_note(app: Flask, cast: Cast, kind: str):
    interview = kind == "interview"
    booking, path, host = (
        (cast.booking, f"/stand/{cast.booth}", cast.recruiter)
        if interview
        else (cast.coaching, f"/coach/{cast.coach}", cast.coach_account)
    )
    assert "미리 한 말" not in browser_of(app, host).get(path).text
    change(app, update(Booking).where(Booking.id == booking).values(note=NOTE))
    page = browser_of(app, host).get(path).text
    assert page.count(SHOWN) == 1
    assert NOTE not in page
    assert "있어요&lt;/b&gt;" not in browser_of(app, cast.organizer).get(path).text
    other = f"/coach/{cast.coach}" if interview else f"/stand/{cast.booth}"
    other_host = cast.coach_account if interview else cast.recruiter
    assert "있어요&lt;/b&gt;" not in browser_of(app, other_host).get(other).text


def test_who_is_no_coach_any_more_gives_nothing(app: Flask, cast: Cast):
    paths = (f"/coach/{cast.coach}", f"/coach/{cast.coach}/hours")
    coach, organizer = browser_of(app, cast.coach_account), browser_of(app, cast.organizer)
    assert [coach.get(path).status_code for path in paths] == [200, 200]
    change(app, update(Membership).where(Membership.account_id == cast.coach_account).values(ended_at=NOW))
    db.of(app).write(
        lambda s: (
            factories.make_membership(
                s, account_id=cast.coach_account, role="coach", agency_id=factories.make_agency(s).id
            ).id
        )
    )
    assert [coach.get(path).status_code for path in paths] == [404, 404]
    marked = f"/bookings/{cast.coaching}/attendance"
    assert coach.post(marked, data={"mark": "seeker:present"}).status_code == 404
    assert "최○○" in organizer.get(paths[0]).text  # the booking is still there for who runs the fair
    assert "이제 소속 기관의 코치가 아니에요" in organizer.get(paths[1]).text
