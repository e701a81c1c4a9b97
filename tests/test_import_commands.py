"""flask import …: what is said, what is kept, and how it ends."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from fairapp import clock, db
from fairapp.accounts.models import Account
from fairapp.booths.models import Listing
from fairapp.employers.models import Employer
from fairapp.tables import read_table
from tests.factories import make_agency, make_fair

LISTINGS = "기업명,공고제목,급여\n가나,간호사,월급 300만원\n다라,요리사,USD 30\n"


@pytest.fixture
def fair(app: Flask) -> str:
    """Return the slug of a fair that runs now."""
    ends = clock.now() + timedelta(days=3)
    return db.of(app).write(lambda session: make_fair(session, slug="daegu", ends_at=ends).slug)


def kept(app: Flask, model: type) -> int:
    """Return how many rows there are."""
    with db.of(app).read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def written(folder: Path, text: str) -> str:
    """Return the path of a file with this text."""
    path = folder / "table.csv"
    path.write_text(text, encoding="cp949")
    return str(path)


def test_listings_are_brought_in_and_refused_rows_written(app: Flask, fair: str, tmp_path: Path) -> None:
    file, refused = written(tmp_path, LISTINGS), tmp_path / "refused.csv"
    run = app.test_cli_runner()
    first = run.invoke(args=["import", "listings", file, "--fair", fair, "--rejected", str(refused)])
    assert (first.exit_code, kept(app, Listing)) == (0, 1)
    assert "거절 3행, 급여: 원화(KRW)로 적은 급여만 받을 수 있어요" in first.output
    assert "새로 1개, 바뀜 0개, 그대로 0개, 거절 1개" in first.output
    ((_, row),) = read_table(refused).rows
    assert row["공고제목"] == "요리사"
    again = run.invoke(args=["import", "listings", file, "--fair", fair])
    assert "새로 0개, 바뀜 0개, 그대로 1개, 거절 1개" in again.output


def test_all_or_nothing_ends_with_an_error_and_nothing_kept(app: Flask, fair: str, tmp_path: Path) -> None:
    args = ["import", "listings", written(tmp_path, LISTINGS), "--fair", fair, "--all-or-nothing"]
    ended = app.test_cli_runner().invoke(args=args)
    assert (ended.exit_code, kept(app, Listing)) == (1, 0)


def test_seekers_and_employers(app: Flask, tmp_path: Path) -> None:
    db.of(app).write(lambda session: make_agency(session, slug="center").id)
    run = app.test_cli_runner()
    people = written(tmp_path, "성명,이메일\n권다은,kwon@example.kr\n")
    assert run.invoke(args=["import", "seekers", people, "--agency", "center"]).exit_code == 0
    assert kept(app, Account) == 1
    assert run.invoke(args=["import", "employers", written(tmp_path, "기업명\n한빛\n")]).exit_code == 0
    assert kept(app, Employer) == 1


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["listings", "--fair", "none"], "찾을 수 없어요"),
        (["seekers", "--agency", "none"], "그런 기관이 없어요"),
        (["employers"], "필요한 열이 없어요"),
    ],
)
def test_what_cannot_be_is_a_sentence(app: Flask, tmp_path: Path, args: list[str], sentence: str) -> None:
    file = written(tmp_path, "a,b\n1,2\n")
    ended = app.test_cli_runner().invoke(args=["import", args[0], file, *args[1:]])
    assert ended.exit_code == 1
    assert sentence in ended.output
