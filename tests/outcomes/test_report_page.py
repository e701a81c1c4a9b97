"""The report as a page: picture and table say the same, and a moment that is none gets a sentence at its field."""

import re

import pytest
from flask import Flask
from markupsafe import escape

from fairapp import db
from fairapp.outcomes import queries
from tests.factories import NOW
from tests.outcomes.cast import Cast
from tests.outcomes.test_api import history_at
from tests.outcomes.test_pages import words
from tests.signing_in import browser_of

pytestmark = pytest.mark.usefixtures("at_now")

VALUE = re.compile(r'<text class="figure-value"[^>]*>([^<]+)</text>')


def test_the_report_shows_the_same_numbers_in_picture_and_table(app: Flask, cast: Cast):
    history_at(app, cast)
    page = browser_of(app, cast.organizer).get("/organize/daegu/report")
    assert page.status_code == 200
    picture = VALUE.findall(page.text.split('id="shares"')[0])
    table = re.findall(r'data-label="사람"[^>]*><a href="[^"]+">([^<]+)</a>', page.text)
    with db.of(app).snapshot() as session:
        expected = [str(stage.people) for stage in queries.report(session, cast.fair, NOW).funnel]
    assert picture == expected * 2  # the wide picture and the tall one
    assert table == expected
    assert "목표의 0.7%" in words(page)
    before = browser_of(app, cast.organizer).get("/organize/daegu/report?as_of=2026-11-24T09:00")
    assert VALUE.findall(before.text)[:9] == ["1", "0", "1", *["0"] * 6]


def test_the_shares_are_a_picture_too_with_the_numbers_of_the_table(app: Flask, cast: Cast):
    history_at(app, cast)
    page = browser_of(app, cast.organizer).get("/organize/daegu/report").text.split('id="shares"')[1]
    cells = [re.findall(rf'data-label="{name}"[^>]*>.*?([^<>]+)</', page) for name in ("채용", "알려진 채용", "비율")]
    told = [f"{share} ({hires}/{known})" for hires, known, share in zip(*cells, strict=True)]
    assert (
        VALUE.findall(page)
        == told
        == [
            "100.0% (1/1)",
            "– (0/0)",
            "100.0% (1/1)",
            "100.0% (1/1)",
            "0.0% (0/1)",
            "– (0/0)",
            "0.0% (0/1)",
        ]
    )
    assert re.findall(r'<rect class="figure-bar[^"]*"[^>]*width="([^"]+)"', page) == [
        *("100.0%", "0.0%", "100.0%", "100.0%"),
        *("0.0%", "0.0%", "0.0%"),
    ]
    bare = browser_of(app, cast.organizer).get("/organize/daegu/report?as_of=2026-11-24T09:00").text
    assert VALUE.findall(bare.split('id="shares"')[1]) == ["– (0/0)"] * 7


@pytest.mark.parametrize(
    "as_of", ["soon", "2030-01-01T00:00", "0001-01-01T00:00", "9" * 500, "\x00", "2026-11-24T25:00", '"><b>']
)
def test_a_report_of_no_moment_is_refused(app: Flask, cast: Cast, as_of):
    answer = browser_of(app, cast.organizer).get("/organize/daegu/report", query_string={"as_of": as_of})
    assert answer.status_code == 422
    field = answer.text.split('for="as_of"')[1].split("</form>")[0]
    assert f'value="{escape(as_of.strip())}"' in field
    assert 'aria-invalid="true"' in field
    assert "시각이어야 해요" in field.split('id="as_of-error"')[1]
    assert answer.text.count('id="as_of"') == 1
    assert "11월 24일 (화) 오전 10:00의 상태예요" in answer.text
    answer = browser_of(app, cast.organizer).post(
        "/organize/daegu/exports", data={"kind": "bookings", "format": "csv", "as_of": as_of}
    )
    assert answer.status_code == 422
