"""The page on which an organizer brings in a table."""

import base64
import io
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from fairapp import db
from fairapp.booths.models import Listing
from fairapp.tables import read_table
from tests.casting import Cast, by, page_of

pytestmark = pytest.mark.usefixtures("at_now")

PATH = "/organize/daegu/import"
GOOD = "기업명,공고제목,급여,마감일\n㈜가나,간호사,월급 300만원,2026-12-24\n"
BAD = "다라,요리사,USD 30,\n"


def sent(client: FlaskClient, content: bytes, name: str = "a.csv", who: str = "organizer", **more: str) -> Any:
    """Send a file."""
    data = {"table": (io.BytesIO(content), name), **more}
    return client.post(PATH, data=data, content_type="multipart/form-data", **by(who))


def listings(app: Flask) -> int:
    """Return how many listings there are."""
    with db.of(app).read() as session:
        return session.scalar(select(func.count()).select_from(Listing)) or 0


def test_an_organizer_brings_in_a_table_and_sees_what_was_refused(app: Flask, client: FlaskClient, cast: Cast) -> None:
    assert "알아보는 열 이름" in page_of(client, PATH, "organizer")
    before = listings(app)
    answer = sent(client, (GOOD + BAD).encode("cp949"))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "새로 1개, 바뀜 0개, 그대로 0개, 거절 1개" in page
    assert "원화(KRW)로 적은 급여만 받을 수 있어요" in page
    assert listings(app) == before + 1
    found = re.search(r"data:text/csv;base64,([A-Za-z0-9+/=]+)", page)
    assert found is not None
    ((_, row),) = read_table(base64.b64decode(found[1]), "r.csv").rows
    assert (row["공고제목"], row["행"], row["열"]) == ("요리사", "3", "급여")


def test_looking_first_writes_nothing(app: Flask, client: FlaskClient, cast: Cast) -> None:
    before = listings(app)
    page = sent(client, (GOOD + BAD).encode(), only_look="y").get_data(as_text=True)
    assert "넣을 수 있는 줄 1개, 거절할 줄 1개예요" in page
    assert listings(app) == before


def test_all_or_nothing_keeps_nothing(app: Flask, client: FlaskClient, cast: Cast) -> None:
    before = listings(app)
    answer = sent(client, (GOOD + BAD).encode(), all_or_nothing="y")
    assert (answer.status_code, listings(app)) == (422, before)
    assert "하나도 넣지 않았어요" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "파일을 골라 주세요|빈 파일이에요"),
        (b"\x89PNG\x00\x00", "표가 들어 있는 파일이 아니에요"),
        (b"PK\x03\x04cut", "잘렸거나 깨졌어요"),
        (b"a,b\n1,2\n", "필요한 열이 없어요"),
        (b"a," * 600_000, "열이 너무 많아요"),
        (("기업명,공고제목\n" + "가,나\n" * 5001).encode(), "5000줄까지"),
    ],
)
def test_a_file_that_is_no_table_of_listings_is_a_sentence(
    client: FlaskClient, cast: Cast, content: bytes, sentence: str
) -> None:
    answer = sent(client, content)
    assert answer.status_code == 422
    assert re.search(sentence, answer.get_data(as_text=True))


def test_no_file_at_all_is_a_sentence(client: FlaskClient, cast: Cast) -> None:
    assert "파일을 골라 주세요" in client.post(PATH, data={}, **by("organizer")).get_data(as_text=True)


@pytest.mark.parametrize(("who", "status"), [("recruiter", 403), ("other-organizer", 403), ("seeker", 403)])
def test_nobody_else_may(app: Flask, client: FlaskClient, cast: Cast, who: str, status: int) -> None:
    before = listings(app)
    assert sent(client, GOOD.encode(), who=who).status_code == status
    assert listings(app) == before
    assert client.get("/organize/nothing/import", **by("organizer")).status_code == 404
