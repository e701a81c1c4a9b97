"""Employers from a table: entered unverified, found again by number or name."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from fairapp import db, intake
from fairapp.employers import actions, rules
from fairapp.employers.models import Employer
from fairapp.tables import Unreadable, read_table
from tests.factories import NOW, make_employer

HEAD = "기업명,사업자등록번호,업종,직원수,주소,소개\n"
NUMBER = "123-45-67891"


def bring(app: Flask, text: str) -> intake.Report:
    """Import a CSV."""
    rows = rules.employer_rows(read_table(text.encode(), "a.csv", rules.COLUMNS))
    return intake.bring_in(db.of(app).write, rows, actions.import_employers, NOW)


def counts(report: intake.Report) -> tuple[int, int, int, int]:
    """Return added, changed, unchanged, refused."""
    return report.added, report.changed, report.unchanged, report.refused


def employers(app: Flask) -> list[Any]:
    """Return the employers in order of id."""
    with db.of(app).read() as session:
        return list(session.scalars(select(Employer).order_by(Employer.id)))


def test_an_employer_is_entered_unverified_and_once(app_on_both: Flask) -> None:
    text = f'{HEAD}(주)한빛,{NUMBER},전자부품,"1,200명",대구 달서구 성서로 1,반도체\n'
    assert counts(bring(app_on_both, text)) == (1, 0, 0, 0)
    assert counts(bring(app_on_both, text)) == (0, 0, 1, 0)
    (made,) = employers(app_on_both)
    assert (made.name, made.registration_number, made.employees) == ("(주)한빛", "1234567891", 1200)
    assert (made.region, made.address, made.verified_at) == ("27290", "대구 달서구 성서로 1", None)


def test_spellings_of_one_name_are_one_employer(app: Flask) -> None:
    report = bring(app, f"{HEAD}(주)한빛,,,,,\n한빛 ㈜,,,,,\n주식회사 한빛,,,,,\n")
    assert counts(report) == (1, 0, 2, 0)
    assert [(note.row, str(note.reason)) for note in report.warnings] == [
        (3, "2행과 같은 기업이라 넘어갔어요"),
        (4, "2행과 같은 기업이라 넘어갔어요"),
    ]


def test_what_a_row_does_not_tell_stays_and_what_it_tells_changes(app: Flask) -> None:
    db.of(app).write(lambda session: make_employer(session, name="한빛", name_key="한빛", about="전부터").id)
    assert counts(bring(app, f"{HEAD}(주)한빛,{NUMBER},전자,,,\n")) == (0, 1, 0, 0)
    (kept,) = employers(app)
    assert (kept.name, kept.registration_number, kept.industry, kept.about) == ("한빛", "1234567891", "전자", "전부터")
    assert kept.verified_at is None  # another number has to be verified again


def test_another_number_is_another_employer_of_the_same_name(app: Flask) -> None:
    bring(app, f"{HEAD}한빛,{NUMBER},,,,\n")
    assert counts(bring(app, f"{HEAD}한빛,220-81-62517,,,,\n")) == (1, 0, 0, 0)


def test_bad_rows_are_named_with_column_and_reason(app: Flask) -> None:
    report = bring(app, f"{HEAD}한빛,123-45-67890,,,,\n,{NUMBER},,,,\n")
    assert [(note.row, note.column) for note in report.rejected] == [(2, "사업자등록번호"), (3, "기업명")]
    assert employers(app) == []


def test_a_table_without_names_is_refused(app: Flask) -> None:
    with pytest.raises(Unreadable) as error:
        bring(app, "a,b\n1,2\n")
    assert "기업명" in str(error.value.detail)
