"""Seekers say that a booth is not hiring; organizers handle it, and the one who said it gets an answer."""

import pytest
from flask import Flask
from sqlalchemy import select

from fairapp import db
from fairapp.booths import actions, queries
from fairapp.booths.models import BoothReport
from fairapp.errors import NotFound
from fairapp.live.models import Outbox
from tests.booths.test_inviting import letters
from tests.casting import Cast, by, make_cast, page_of
from tests.factories import NOW, make_account

pytestmark = pytest.mark.usefixtures("at_now")


def said(app: Flask, cast: Cast) -> int:
    """Return the id of a report made through the page."""
    client = app.test_client()
    page = page_of(client, f"/booths/{cast.booth}", "seeker")
    assert f"/booths/{cast.booth}/report" in page
    data = {"reason": "not_hiring", "text": "면접에서 뽑지 않는다고 했어요"}
    assert client.post(f"/booths/{cast.booth}/report", data=data, **by("seeker")).status_code == 303
    with db.of(app).read() as session:
        return session.scalars(select(BoothReport.id)).one()


def test_a_confirmed_report_takes_the_booth_down_until_it_says_again_that_it_hires(app: Flask, cast: Cast) -> None:
    report = said(app, cast)
    client = app.test_client()
    page = page_of(client, "/organize/daegu/reports", "organizer")
    assert "면접에서 뽑지 않는다고 했어요" in page
    assert "신고 1건" in page_of(client, "/organize/daegu/booths", "organizer")
    data = {f"r{report}-result": "confirmed", f"r{report}-answer": "확인하고 내렸어요"}
    assert client.post(f"/organize/daegu/reports/{report}", data=data, **by("organizer")).status_code == 303
    with db.of(app).read() as session:
        assert not queries.is_hiring(session, cast.booth, NOW)
    kinds = dict(letters(app))
    assert "확인하고 내렸어요" in kinds["report.handled"]
    assert "채용 중이라고 확인해야 계속 보여요" in kinds["booth.reminder"]
    db.of(app).write(actions.confirm_intent, [cast.booth], NOW)
    with db.of(app).read() as session:
        assert queries.is_hiring(session, cast.booth, NOW)
        assert queries.reports(session, cast.fair) == []
        assert [one.result for one in queries.reports(session, cast.fair, handled=True)] == ["confirmed"]


def test_a_report_waits_once_a_person_and_is_handled_once(app_on_both: Flask) -> None:
    cast = db.of(app_on_both).write(make_cast)
    write = db.of(app_on_both).write
    who, staff = (write(lambda session: make_account(session).id) for _ in range(2))
    report = write(actions.report_booth, cast.booth, who, "filled", "", NOW)
    with pytest.raises(actions.AlreadyReported):
        write(actions.report_booth, cast.booth, who, "conduct", "", NOW)
    with pytest.raises(NotFound):
        write(actions.handle_report, report, cast.fair + 1, "unfounded", "", staff, NOW)
    write(actions.handle_report, report, cast.fair, "unfounded", "", staff, NOW)
    with pytest.raises(actions.AlreadyHandled):
        write(actions.handle_report, report, cast.fair, "confirmed", "", staff, NOW)
    with db.of(app_on_both).read() as session:
        assert queries.is_hiring(session, cast.booth, NOW)  # unfounded changes nothing
        assert [row.kind for row in session.scalars(select(Outbox))] == ["report.handled"]


@pytest.mark.parametrize("data", [{}, {"reason": "x"}, {"reason": "filled", "text": "x" * 1001}])
def test_a_bad_report_is_refused(app: Flask, cast: Cast, data: dict[str, str]) -> None:
    assert app.test_client().post(f"/booths/{cast.booth}/report", data=data, **by("seeker")).status_code == 422


def test_only_organizers_see_reports_and_invite(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    for path in ("reports", "invitations"):
        page_of(client, f"/organize/daegu/{path}", "other-organizer", 403)
        page_of(client, f"/organize/daegu/{path}", "recruiter", 403)
    page_of(client, f"/stand/{cast.booth}/withdrawal", "other-recruiter", 404)


def test_an_organizer_invites_on_a_page_and_a_recruiter_answers(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    db.of(app).write(actions.withdraw_booth, cast.booth, NOW)
    page = page_of(client, "/organize/daegu/invitations?q=명성", "organizer")
    assert f'value="{cast.employer}"' in page
    sent = client.post("/organize/daegu/invitations", data={"employer": cast.employer}, **by("organizer"))
    assert sent.status_code == 303
    assert "초대 받아들이기" in page_of(client, "/stand", "recruiter")
    answer = client.post(f"/stand/{cast.booth}/invitation", data={"do": "accept"}, **by("recruiter"))
    assert answer.status_code == 303
    with db.of(app).read() as session:
        assert queries.is_hiring(session, cast.booth, NOW)
    assert "거둬들일까요" in page_of(client, f"/stand/{cast.booth}/withdrawal", "recruiter")
    client.post(f"/stand/{cast.booth}/withdrawal", **by("recruiter"))
    with db.of(app).read() as session:
        assert not queries.is_hiring(session, cast.booth, NOW)
