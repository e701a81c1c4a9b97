"""What stands in the hall: walk-ins, kiosk, wall, and what is printed, in Korean and English."""

import io

import pytest
from flask import Flask
from pypdf import PdfReader

from fairapp import db
from fairapp.accounts.rules import ProfileFields
from fairapp.outcomes import actions, queries
from fairapp.scheduling import actions as scheduling
from tests import factories
from tests.factories import NOW
from tests.outcomes.cast import Cast
from tests.outcomes.test_pages import words
from tests.outcomes.test_year import text_of
from tests.signing_in import browser_of

pytestmark = pytest.mark.usefixtures("at_now")

PERSON = {"name": "정한별", "agreed": "y", "phone": "010-1234-5678", "birth_date": "1999-05-05", "language": "ko"}


def link(app: Flask, cast: Cast, kind: str) -> str:
    """Return the address of a screen as the organizer's page shows it."""
    page = browser_of(app, cast.organizer).get("/organize/daegu/hall").text
    return page.split(f'href="/{kind}/')[1].split('"')[0].join((f"/{kind}/", ""))


def test_who_walks_in_gets_a_pass_at_once(app: Flask, cast: Cast) -> None:
    browser = browser_of(app, cast.organizer)
    assert browser.get("/organize/daegu/walk-in").status_code == 200
    made = browser.post("/organize/daegu/walk-in", data=PERSON)
    assert made.status_code == 200
    assert "정한별 님을 등록하고 입장을 확인했어요." in words(made)
    assert "<svg" in made.text
    again = browser.post("/organize/daegu/walk-in", data=PERSON)
    assert again.status_code == 422
    assert "이미 등록한 분이에요" in words(again)


@pytest.mark.parametrize(
    "changes",
    [{"name": ""}, {"agreed": ""}, {"phone": "12"}, {"birth_date": "1890-01-01"}, {"region": "1"}, {"name": "x" * 99}],
)
def test_a_bad_walk_in_changes_nothing(app: Flask, cast: Cast, changes: dict[str, str]) -> None:
    data = {name: value for name, value in (PERSON | changes).items() if value}
    assert browser_of(app, cast.organizer).post("/organize/daegu/walk-in", data=data).status_code == 422
    with db.of(app).read() as session:
        assert queries.count_arrivals(session, cast.fair) == 0


def test_only_who_runs_the_fair_registers_and_prints(app: Flask, cast: Cast) -> None:
    stranger = browser_of(app, cast.stranger)
    for path in ("walk-in", "hall", "badges.pdf", "signs.pdf"):
        assert stranger.get(f"/organize/daegu/{path}").status_code == 403, path


def test_a_kiosk_needs_no_sign_in_and_tells_nothing_of_others(app: Flask, cast: Cast) -> None:
    fields = ProfileFields(phone="010-1234-5678")
    db.of(app).write(actions.walk_in, cast.fair, "정한별", "ko", fields, cast.organizer, NOW)
    address = link(app, cast, "kiosk")
    visitor = app.test_client()
    assert visitor.get(address).status_code == 200
    refused = visitor.post(address, data={"name": "정한별", "proof": "0000"})
    assert refused.status_code == 409
    assert "찾지 못했어요. 안내 데스크로 와 주세요" in words(refused)
    assert visitor.post(address, data={"name": "", "proof": "ab"}).status_code == 422
    done = visitor.post(address, data={"name": "정한별", "proof": "5678"}, follow_redirects=True)
    assert "정한별 님, 이미 입장하셨어요." in words(done)
    for bad in ("/kiosk/x", address + "x", address.replace("/kiosk/", "/wall/")):
        assert visitor.get(bad).status_code == 404, bad


def test_the_wall_shows_calls_openings_and_free_times(app: Flask, cast: Cast) -> None:
    def prepare(session):  # type: ignore[no-untyped-def]
        booth = factories.make_hiring_booth(session, fair_id=cast.fair)
        scheduling.open_line(session, booth.id, 15, NOW)
        seeker = factories.make_seeker(session, name="최한별").id
        scheduling.join_line(session, booth.id, seeker, True, NOW)
        host = factories.make_seeker(session, name="김면접").id
        factories.make_membership(session, account_id=host, role="recruiter", employer_id=booth.employer_id)
        assert scheduling.call(session, booth.id, host, NOW) is not None
        factories.make_slots(session, booth, 1, start=NOW.replace(minute=30))

    db.of(app).write(prepare)
    address = link(app, cast, "wall")
    page = app.test_client().get(address)
    said = words(page)
    assert "1번" in said
    assert "최○○님" in said
    assert "최한별" not in said
    assert "재무 담당" in said
    assert "오전 10:30" in said
    assert "Free times within the hour" in words(app.test_client().get(address + "?language=en"))


def test_the_pass_as_a_card(app: Flask, cast: Cast) -> None:
    browser = browser_of(app, cast.seeker)
    assert browser.get("/fairs/daegu/pass.pdf").status_code == 404
    code = db.of(app).write(actions.ensure_pass, cast.fair, cast.seeker, NOW)
    made = browser.get("/fairs/daegu/pass.pdf")
    page = PdfReader(io.BytesIO(made.data)).pages[0]
    assert (round(float(page.mediabox.width) / 72 * 25.4, 1), round(float(page.mediabox.height) / 72 * 25.4)) == (
        85.6,
        54,
    )
    said = text_of(made.data).replace(" ", "")  # letters that stand close, such as YT, are read apart
    assert "최정한별" in said
    assert f"{code[:5]}-{code[5:]}" in said


def test_badges_and_signs_in_korean(app: Flask, cast: Cast) -> None:
    browser = browser_of(app, cast.organizer)
    staff = text_of(browser.get("/organize/daegu/badges.pdf").data)
    assert "채용 담당자" in staff
    assert "박코치" in staff
    assert browser.get("/organize/daegu/badges.pdf?who=seekers").status_code == 404
    db.of(app).write(actions.ensure_pass, cast.fair, cast.seeker, NOW)
    seekers = browser.get("/organize/daegu/badges.pdf?who=seekers")
    assert "최정한별" in text_of(seekers.data)
    signs = PdfReader(io.BytesIO(browser.get("/organize/daegu/signs.pdf").data))
    assert len(signs.pages) == 1
    assert "(주)명성" in text_of(browser.get("/organize/daegu/signs.pdf").data)
    assert signs.trailer["/Root"]["/MarkInfo"]["/Marked"]  # with the structure that readers by ear need
