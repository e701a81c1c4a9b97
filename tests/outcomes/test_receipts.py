"""Consent receipts to read and keep, and the log of everybody who saw something."""

from datetime import date, timedelta

import pytest
from flask import Flask

from fairapp import db
from fairapp.accounts import actions, queries, rules
from fairapp.accounts.actions import Grant
from fairapp.outcomes import actions as outcomes
from tests.counting import counted
from tests.factories import NOW
from tests.outcomes.cast import Cast
from tests.signing_in import browser_of

LATER = NOW + timedelta(days=30)


@pytest.mark.usefixtures("at_now")
def test_a_receipt_says_who_what_why_how_and_until_when_and_can_be_kept(cast: Cast, app: Flask) -> None:
    browser = browser_of(app, cast.seeker)
    with db.of(app).read() as session:
        given = queries.receipts(session, cast.seeker, None, 10)
    interview = next(one for one in given if one.employer_id == cast.employer)
    assert (interview.way, interview.wording, interview.purpose) == ("page", rules.WORDING, "interview")
    page = browser.get(f"/consents/{interview.id}").text
    assert all(word in page for word in ("(주)명성", "면접", "프로필, 이력서, 연락처", "화면에서 직접"))
    told = browser.get(f"/consents/{interview.id}.json").json
    assert told is not None
    assert told["controller"] == {"name": told["controller"]["name"], "kind": "employer", "id": str(cast.employer)}
    assert told["pii_categories"] == ["contact", "profile", "resume"]
    assert told["notice"]["version"] == rules.WORDING
    assert told["withdrawn_at"] is None
    assert browser.post(f"/consents/{interview.id}/withdrawal").status_code == 303
    again = browser.get(f"/consents/{interview.id}.json").json
    assert again is not None
    assert again["withdrawn_at"] == "2026-11-24T01:00:00Z"
    assert "거둠" in browser.get("/consents").text


@pytest.mark.usefixtures("at_now")
@pytest.mark.parametrize("path", ["/consents/{0}", "/consents/{0}.json"])
def test_nobody_reads_anothers_receipt(cast: Cast, app: Flask, path: str) -> None:
    with db.of(app).read() as session:
        (one, *_) = queries.receipts(session, cast.seeker, None, 10)
    for other in (cast.stranger, cast.recruiter, cast.organizer):
        assert browser_of(app, other).get(path.format(one.id)).status_code == 404
    assert browser_of(app, cast.seeker).get(path.format("x")).status_code == 404
    assert app.test_client().get(path.format(one.id)).status_code == 303


def test_a_partners_consent_keeps_the_day_that_the_partner_states(cast_on_both: Cast, app_on_both: Flask) -> None:
    write, day = db.of(app_on_both).write, date(2026, 11, 2)
    one = write(
        actions.give_consent, cast_on_both.stranger, None, cast_on_both.agency, "joining", LATER, NOW,
        way="partner", stated_on=day,
    )  # fmt: skip
    grants = [Grant(who, None, cast_on_both.agency, "referral", LATER, "desk", day) for who in (4, 5)]
    write(actions.give_consents, grants, NOW)
    with db.of(app_on_both).read() as session:
        found = queries.receipt(session, cast_on_both.stranger, one)
        assert (found.way, found.stated_on) == ("partner", day)
        others = queries.receipts(session, 5, None, 10)
        assert [(row.way, row.stated_on) for row in others if row.purpose == "referral"] == [("desk", day)]


@pytest.mark.usefixtures("at_now")
def test_the_log_also_tells_of_files_and_the_desk(cast: Cast, app: Flask) -> None:
    write = db.of(app).write
    before = NOW - timedelta(days=1)
    write(outcomes.log_export, cast.fair, "bookings", "csv", before, cast.organizer, before)  # she was not in it yet
    write(outcomes.log_export, cast.fair, "bookings", "csv", NOW, cast.organizer, NOW)
    write(outcomes.log_export, cast.fair, "listings", "csv", NOW, cast.organizer, NOW)
    code = write(outcomes.ensure_pass, cast.fair, cast.seeker, NOW)
    write(outcomes.check_in, cast.fair, code, cast.organizer, NOW)
    with db.of(app).read() as session:
        looks = queries.looks(session, cast.seeker)
        assert queries.looks(session, cast.stranger) == []
    assert sorted(one.what for one in looks) == ["check_in", "export"]
    page = browser_of(app, cast.seeker).get("/disclosures").text
    assert "명단 파일을 내려받음" in page
    assert "입장을 확인함" in page


@pytest.mark.usefixtures("at_now")
def test_thirty_receipts_take_as_many_queries_as_one(cast: Cast, app: Flask) -> None:
    browser = browser_of(app, cast.seeker)
    with counted(app) as few:
        browser.get("/consents")
    for n in range(30):
        args = (cast.seeker, cast.employer, None, f"purpose{n}", LATER, NOW)
        db.of(app).write(actions.give_consent, *args)
    with counted(app) as many:
        browser.get("/consents")
    assert many == few
