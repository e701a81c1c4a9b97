"""Entering, changing and verifying employers."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from fairapp import db
from fairapp.employers import actions, queries
from fairapp.employers.models import Employer
from fairapp.employers.rules import EmployerFields, NumberTaken
from fairapp.errors import Invalid, NotFound, Stale
from tests.factories import NOW, make_account

NUMBER = "124-81-00998"


def kept(database: db.Database, employer_id: int) -> Employer:
    """Return the employer as it is kept."""
    with database.read() as session:
        return queries.get_employer(session, employer_id)


def test_an_employer_is_entered_unverified(app_on_both: Flask) -> None:
    database = db.of(app_on_both)
    made = database.write(actions.make_employer, EmployerFields(" (주)명성 ", NUMBER), NOW)
    row = kept(database, made)
    assert (row.name, row.name_key, row.registration_number, row.verified_at) == (
        "(주)명성",
        "명성",
        "1248100998",
        None,
    )


def test_a_number_belongs_to_one_employer_and_a_refusal_leaves_the_database_working(app_on_both: Flask) -> None:
    database = db.of(app_on_both)
    first = database.write(actions.make_employer, EmployerFields("명성", NUMBER), NOW)
    with pytest.raises(NumberTaken) as refused:
        database.write(actions.make_employer, EmployerFields("다른 곳", "1248100998"), NOW)
    assert refused.value.errors[0].field == "registration_number"
    second = database.write(actions.make_employer, EmployerFields("다른 곳"), NOW)
    with pytest.raises(NumberTaken):
        database.write(actions.edit_employer, second, 1, EmployerFields("다른 곳", NUMBER), NOW)
    assert (kept(database, first).rev, kept(database, second).rev) == (1, 1)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        (EmployerFields(" "), "name"),
        (EmployerFields("가" * 121), "name"),
        (EmployerFields("명성", "1"), "registration_number"),
        (EmployerFields("명성", employees=-1), "employees"),
        (EmployerFields("명성", region="00000"), "region"),
        (EmployerFields("명성", about="x" * 5001), "about"),
    ],
)
def test_a_bad_employer_is_refused_with_its_field(app: Flask, fields: EmployerFields, named: str) -> None:
    with pytest.raises(Invalid) as refused:
        db.of(app).write(actions.make_employer, fields, NOW)
    assert [error.field for error in refused.value.errors] == [named]


def test_verification_is_given_in_bulk_and_lost_with_another_name(app_on_both: Flask) -> None:
    database = db.of(app_on_both)
    by = database.write(lambda session: make_account(session).id)
    ids = [database.write(actions.make_employer, EmployerFields(name), NOW) for name in ("하나", "둘", "셋")]
    assert database.write(actions.verify_employers, [*ids[:2], 99_999], by, NOW) == 2
    assert database.write(actions.verify_employers, ids, by, NOW) == 1
    assert [kept(database, one).verified_by for one in ids] == [by, by, by]
    database.write(actions.edit_employer, ids[0], 2, EmployerFields("(주) 하나", about="소개"), NOW)
    assert kept(database, ids[0]).verified_at == NOW  # the same name, written otherwise
    database.write(actions.edit_employer, ids[0], 3, EmployerFields("하나로"), NOW)
    assert kept(database, ids[0]).verified_at is None


def test_an_older_copy_is_stale_and_nobody_is_not_found(app: Flask) -> None:
    database = db.of(app)
    made = database.write(actions.make_employer, EmployerFields("명성"), NOW)
    database.write(actions.edit_employer, made, 1, EmployerFields("명성", about="a"), NOW)
    with pytest.raises(Stale):
        database.write(actions.edit_employer, made, 1, EmployerFields("명성", about="b"), NOW)
    with pytest.raises(NotFound):
        database.write(actions.edit_employer, made + 1, 1, EmployerFields("명성"), NOW)


def test_employers_are_listed_by_state_and_beginning_of_name(app_on_both: Flask) -> None:
    database = db.of(app_on_both)
    ids = {
        name: database.write(actions.make_employer, EmployerFields(name), NOW) for name in ("한빛", "한빛전자", "명%성")
    }
    database.write(actions.verify_employers, [ids["한빛"]], None, NOW)

    def names(session: Session, **asked: object) -> list[str]:
        return [row.name for row in queries.employers(session, **asked)]  # type: ignore[arg-type]

    with database.read() as session:
        assert names(session, key="한빛") == ["한빛전자", "한빛"]
        assert names(session, verified=False) == ["명%성", "한빛전자"]
        assert names(session, verified=True) == ["한빛"]
        assert names(session, key="%") == []
        assert names(session, after=ids["한빛전자"]) == ["한빛"]
        assert queries.employers_by_key(session, ["한빛", "없음"]) == {"한빛": ids["한빛"]}
