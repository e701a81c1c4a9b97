"""The pages: what the seeker, the desk, the stand and the organizer see and do."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, insert, select

from fairapp import clock, db
from fairapp.accounts.models import Consent, Disclosure, Profile
from fairapp.outcomes import actions, jobs, queries
from fairapp.outcomes.models import Attendance, CheckIn, FairPass, Outcome
from tests.counting import counted
from tests.factories import NOW
from tests.outcomes.cast import Cast, book_interview
from tests.outcomes.test_actions import append
from tests.outcomes.test_api import history_at
from tests.signing_in import browser_of

pytestmark = pytest.mark.usefixtures("at_now")


def count(app: Flask, table: Any) -> int:
    """Return how many rows a table has."""
    with db.of(app).read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def words(answer: Any) -> str:
    """Return the page's words in one line, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def test_a_pass_is_made_by_a_press_and_shown_as_a_code(app: Flask, cast: Cast):
    browser = browser_of(app, cast.seeker)
    assert "입장권 만들기" in browser.get("/fairs/daegu/pass").text
    assert count(app, FairPass) == 0  # looking makes nothing
    made = browser.post("/fairs/daegu/pass")
    assert (made.status_code, made.headers["Location"]) == (303, "/fairs/daegu/pass")
    page = browser.get("/fairs/daegu/pass")
    with db.of(app).read() as session:
        code = queries.pass_code(session, cast.fair, cast.seeker) or ""
    assert f"{code[:5]}-{code[5:]}" in page.text
    assert "<svg" in page.text
    assert "style=" not in page.text
    assert app.test_client().get("/fairs/daegu/pass").status_code == 303


def test_the_desk_checks_in_and_tells_of_a_repeat(app: Flask, cast: Cast):
    code = db.of(app).write(actions.ensure_pass, cast.fair, cast.seeker, NOW)
    browser = browser_of(app, cast.organizer)
    assert "아직 입장한 사람이 없어요" in browser.get("/organize/daegu/check-in").text
    first = browser.post("/organize/daegu/check-in", data={"code": code}, follow_redirects=True)
    assert "최정한별 님이 입장했어요" in first.text
    again = browser.post("/organize/daegu/check-in", data={"code": f" {code.lower()} "}, follow_redirects=True)
    assert "최정한별 님은 이미 입장했어요. 처음 입장: 11월 24일 (화) 오전 10:00" in again.text
    assert "지금까지 1명 입장" in again.text


@pytest.mark.parametrize(
    ("code", "status", "says"),
    [
        ("", 422, "코드를 찍거나 적어 주세요"),
        ("ABCDEFGHJK", 404, "모르는 입장권이에요"),
        ("x" * 300, 422, "글이 너무 길어요"),
        ("A\x00B", 422, "쓸 수 없는 글자"),
        ("<script>", 404, "모르는 입장권이에요"),
    ],
)
def test_a_bad_code_stays_in_the_field_with_a_sentence(app: Flask, cast: Cast, code, status, says):
    answer = browser_of(app, cast.organizer).post("/organize/daegu/check-in", data={"code": code})
    assert answer.status_code == status
    assert says in answer.text
    assert "<script>" not in answer.text.replace('<script src="', "").replace('<script type="', "")
    assert count(app, CheckIn) == 0


def test_organizers_pages_are_for_the_organizer(app: Flask, cast: Cast):
    for path in ("check-in", "report", "exports", "exports/1"):
        assert browser_of(app, cast.organizer).get(f"/organize/seoul/{path}").status_code == 403
        assert browser_of(app, cast.recruiter).get(f"/organize/daegu/{path}").status_code == 403
        assert browser_of(app, cast.organizer).get(f"/organize/nowhere/{path}").status_code == 404
        assert app.test_client().get(f"/organize/daegu/{path}").status_code == 303


def test_a_file_is_chosen_on_a_page_and_is_the_one_of_the_call(app: Flask, cast: Cast):
    history_at(app, cast)
    browser = browser_of(app, cast.organizer)
    page = browser.get("/organize/daegu/exports?kind=outcomes")
    assert '<option selected value="outcomes">' in page.text
    assert all(column.name in page.text for columns in queries.COLUMNS.values() for column in columns)
    chosen = {"kind": "attendance", "format": "csv", "as_of": "2026-11-24T09:55:00"}
    led = browser.post("/organize/daegu/exports", data=chosen)
    assert led.headers["Location"] == "/api/v1/fairs/daegu/exports/attendance.csv?as_of=2026-11-24T00:55:00Z"
    file = browser.get(led.headers["Location"])
    assert (file.status_code, file.data.count(b"\r\n")) == (200, 2)
    timeless = {"kind": "bookings", "format": "csv", "as_of": "soon"}
    for bad in ({"kind": "people", "format": "csv"}, {"kind": "bookings", "format": "pdf"}, timeless, {}):
        assert browser.post("/organize/daegu/exports", data=bad).status_code == 422


def test_a_long_workbook_is_ordered_on_the_page(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch):
    history_at(app, cast)
    monkeypatch.setattr("fairapp.outcomes.queries.MOST_WAITED_FOR", 1)
    browser = browser_of(app, cast.organizer)
    led = browser.post("/organize/daegu/exports", data={"kind": "attendance", "format": "xlsx"}, follow_redirects=True)
    assert "따로 만들고 있어요" in led.text
    assert jobs.make_exports(clock.now()) == 1
    done = browser.get(led.request.path)
    assert "파일이 다 됐어요" in done.text
    link = re.search(r'href="(/api/v1/exports/\d+/file)"', done.text)
    assert link
    assert browser.get(link[1]).data[:2] == b"PK"
    assert "다 됐어요" in browser.get("/organize/daegu/exports").text
    assert browser.get("/organize/daegu/exports/77").status_code == 404
    assert browser.get("/organize/daegu/exports/x").status_code == 404


def test_the_stand_shows_the_day_with_masked_names(app: Flask, cast: Cast):
    page = browser_of(app, cast.recruiter).get(f"/stand/{cast.booth}")
    assert "최○○ · 재무 담당" in page.text
    assert "최정한별" not in page.text
    assert "24일 (화) 일정 1건" in words(page)
    tomorrow = browser_of(app, cast.recruiter).get(f"/stand/{cast.booth}?day=2026-11-25")
    assert "이날은 잡힌 만남이 없어요" in tomorrow.text
    for odd in ("x", "9999-12-31", "0001-01-01", "2026-02-30"):
        assert browser_of(app, cast.recruiter).get(f"/stand/{cast.booth}?day={odd}").status_code == 200
    coaching = browser_of(app, cast.coach_account).get(f"/coach/{cast.coach}")
    assert "최○○" in coaching.text
    assert "결과 적기" not in coaching.text


def test_a_stand_is_for_those_who_give(app: Flask, cast: Cast):
    assert browser_of(app, cast.organizer).get(f"/stand/{cast.booth}").status_code == 200
    assert browser_of(app, cast.organizer).get(f"/coach/{cast.coach}").status_code == 200
    for who in (cast.stranger, cast.seeker, cast.coach_account):
        assert browser_of(app, who).get(f"/stand/{cast.booth}").status_code == 404
    for who in (cast.stranger, cast.recruiter):
        assert browser_of(app, who).get(f"/coach/{cast.coach}").status_code == 404
    assert browser_of(app, cast.recruiter).get("/stand/999").status_code == 404
    assert browser_of(app, cast.recruiter).get("/stand/x").status_code == 404


def test_a_press_marks_and_the_same_press_takes_back(app: Flask, cast: Cast):
    browser, path = browser_of(app, cast.recruiter), f"/bookings/{cast.booking}/attendance"
    answer = browser.post(path, data={"mark": "seeker:present"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/stand/{cast.booth}#b{cast.booking}")
    page = browser.get(f"/stand/{cast.booth}").text
    pressed = re.search(r'<button[^>]*aria-pressed="true"[^>]*>', page)
    assert pressed
    assert 'value="seeker:"' in pressed[0]
    browser.post(path, data={"mark": "seeker:"})
    assert 'aria-pressed="true"' not in browser.get(f"/stand/{cast.booth}").text
    assert count(app, Attendance) == 2
    for bad in ("guest:present", "seeker", "", "seeker:late"):
        assert browser.post(path, data={"mark": bad}).status_code == 422
    assert browser_of(app, cast.stranger).post(path, data={"mark": "seeker:present"}).status_code == 404
    assert browser_of(app, cast.seeker).post(path, data={"mark": "seeker:present"}).status_code == 403


def test_a_press_that_comes_too_early_says_so(app: Flask, cast: Cast):
    browser = browser_of(app, cast.coach_account)
    answer = browser.post(
        f"/bookings/{cast.coaching}/attendance", data={"mark": "seeker:present"}, follow_redirects=True
    )
    assert "시작 30분 전부터 출석을 표시할 수 있어요" in answer.text
    assert count(app, Attendance) == 0


def test_an_outcome_is_written_on_its_page(app: Flask, cast: Cast):
    browser, path = browser_of(app, cast.recruiter), f"/bookings/{cast.booking}/outcomes"
    page = browser.get(path)
    assert f'<option selected value="{cast.listing}">' in page.text
    told = {"stage": "interviewed", "on": "2026-11-24"}
    answer = browser.post(path, data=told)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/stand/{cast.booth}#b{cast.booking}")
    assert "면접함" in browser.get(f"/stand/{cast.booth}").text
    hired = told | {"stage": "hired", "listing": str(cast.listing), "salary": "45000000"}
    assert browser.post(path, data=hired).status_code == 303
    corrected = browser.post(path, data=told | {"stage": "offered", "corrects": "2"})
    assert corrected.status_code == 303
    assert "고쳐짐" in browser.get(path).text
    assert count(app, Outcome) == 3


@pytest.mark.parametrize(
    ("changes", "status", "says"),
    [
        ({"stage": ""}, 422, "결과를 골라 주세요"),
        ({"stage": "dancing"}, 422, "입력한 내용을 확인해 주세요"),
        ({"on": "x"}, 422, "입력한 내용을 확인해 주세요"),
        ({"on": "2026-11-23"}, 422, "면접 날보다 앞선 날이에요"),
        ({"on": "2026-11-25"}, 422, "아직 오지 않은 날이에요"),
        ({"stage": "hired"}, 409, "면접을 했다는 기록이 먼저 있어야 해요"),
        ({"listing": "99999"}, 422, "입력한 내용을 확인해 주세요"),
        ({"salary": "-5"}, 422, "연봉은 1원부터"),
        ({"salary": "9" * 30}, 422, "연봉은 1원부터"),
        ({"occupation": "x"}, 422, "입력한 내용을 확인해 주세요"),
        ({"corrects": "99"}, 422, "입력한 내용을 확인해 주세요"),
    ],
)
def test_a_bad_outcome_comes_back_with_what_was_typed(app: Flask, cast: Cast, changes, status, says):
    told = {"stage": "interviewed", "on": "2026-11-24", "salary": "41234567"} | changes
    answer = browser_of(app, cast.recruiter).post(f"/bookings/{cast.booking}/outcomes", data=told)
    assert answer.status_code == status
    assert says in answer.text
    assert f'value="{told["salary"]}"' in answer.text
    assert count(app, Outcome) == 0


def test_coaching_has_no_outcome_page_and_strangers_find_none(app: Flask, cast: Cast):
    assert browser_of(app, cast.coach_account).get(f"/bookings/{cast.coaching}/outcomes").status_code == 404
    assert browser_of(app, cast.stranger).get(f"/bookings/{cast.booking}/outcomes").status_code == 404
    assert browser_of(app, cast.seeker).get(f"/bookings/{cast.booking}/outcomes").status_code == 403


def test_a_profile_is_opened_by_consent_and_written_down(app: Flask, cast: Cast):
    profile = {"account_id": cast.seeker, "intro": "재무를 좋아해요", "updated_at": NOW}
    db.of(app).write(lambda s: s.execute(insert(Profile).values(skills=[], **profile)))
    path = f"/bookings/{cast.booking}/disclosure"
    page = browser_of(app, cast.recruiter).post(path)
    assert page.status_code == 200
    assert "최정한별" in page.text
    assert "재무를 좋아해요" in page.text
    with db.of(app).read() as session:
        seen = session.scalars(select(Disclosure)).one()
    assert (seen.seeker_id, seen.viewer_id, seen.what) == (cast.seeker, cast.recruiter, "profile")
    assert browser_of(app, cast.recruiter).get(path).status_code == 405
    assert browser_of(app, cast.coach_account).post(f"/bookings/{cast.coaching}/disclosure").status_code == 200


def test_without_consent_the_profile_stays_closed(app: Flask, cast: Cast):
    db.of(app).write(lambda s: s.execute(Consent.__table__.update().values(withdrawn_at=NOW)))
    page = browser_of(app, cast.recruiter).post(f"/bookings/{cast.booking}/disclosure")
    assert page.status_code == 409
    assert "동의하지 않았어요" in page.text
    assert f'href="/stand/{cast.booth}' in page.text
    # The organizer is no receiver of the consent, whoever she recruits for elsewhere.
    assert browser_of(app, cast.organizer).post(f"/bookings/{cast.booking}/disclosure").status_code == 409
    assert count(app, Disclosure) == 0


@pytest.mark.parametrize("path", ["/stand/{booth}", "/organize/daegu/check-in", "/organize/daegu/report"])
def test_the_number_of_queries_does_not_grow(app: Flask, cast: Cast, path: str):
    counts, browser = [], browser_of(app, cast.organizer)
    people = [cast.booking]
    for wanted in (1, 3, 30):
        while len(people) < wanted:
            people.append(book_interview(app, cast, NOW + timedelta(minutes=5 * len(people))))
        for booking in people:
            with db.of(app).read() as session:
                seeker = queries.meeting(session, booking).seeker_id
            code = db.of(app).write(actions.ensure_pass, cast.fair, seeker, NOW)
            db.of(app).write(actions.check_in, cast.fair, code, cast.organizer, NOW)
        with counted(app) as number:
            assert browser.get(path.format(booth=cast.booth)).status_code == 200
        counts.append(int(number))
    assert counts[0] == counts[1] == counts[2], counts


def test_the_ledger_page_needs_as_many_queries_for_many_rows(app: Flask, cast: Cast):
    browser, counts = browser_of(app, cast.recruiter), []
    for stages in (["interviewed"], ["passed", "offered"], ["hired", "started", *["retained"] * 10]):
        for stage in stages:
            append(app, cast, stage, now=NOW)
        with counted(app) as number:
            browser.get(f"/bookings/{cast.booking}/outcomes")
        counts.append(int(number))
    assert len(set(counts)) == 1
