"""Agencies: made, changed, and never above themselves."""

from dataclasses import replace

import pytest
from flask import Flask

from fairapp import db
from fairapp.agencies import actions, queries
from fairapp.agencies.rules import AgencyFields
from fairapp.errors import Invalid, NotFound
from tests.factories import NOW

CITY = AgencyFields("daegu", "대구일자리센터", "Daegu Job Centre")


def fields_wrong(error: pytest.ExceptionInfo[Invalid]) -> list[str]:
    """Return the names of the fields that an error speaks of."""
    return [one.field for one in error.value.errors]


def test_an_agency_is_found_by_id_and_slug(app_on_both: Flask) -> None:
    made = db.of(app_on_both).write(actions.make_agency, CITY, NOW)
    with db.of(app_on_both).read() as session:
        found = queries.get_agency(session, made)
        assert found == queries.agency_by_slug(session, "daegu")
        assert queries.agency_names(session, [made, made + 1]) == {made: ("대구일자리센터", "Daegu Job Centre")}
        assert queries.get_agency(session, made + 1) is None
    assert found == queries.AgencyFacts(made, "daegu", "대구일자리센터", "Daegu Job Centre", "city", None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"slug": "Daegu"}, "slug"),
        ({"slug": "대구"}, "slug"),
        ({"slug": "-a"}, "slug"),
        ({"slug": "7"}, "slug"),
        ({"slug": "a" * 61}, "slug"),
        ({"slug": ""}, "slug"),
        ({"name": " "}, "name"),
        ({"name": "가" * 121}, "name"),
        ({"name_en": "a" * 121}, "name_en"),
        ({"kind": "planet"}, "kind"),
        ({"parent_id": 999}, "parent_id"),
    ],
)
def test_what_cannot_be_an_agency_is_refused(app: Flask, changes: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as raised:
        db.of(app).write(actions.make_agency, replace(CITY, **changes), NOW)  # type: ignore[arg-type]
    assert fields_wrong(raised) == [field]


def test_a_slug_names_one_agency(app_on_both: Flask) -> None:
    database = db.of(app_on_both)
    made = database.write(actions.make_agency, CITY, NOW)
    with pytest.raises(Invalid) as raised:
        database.write(actions.make_agency, CITY, NOW)
    assert fields_wrong(raised) == ["slug"]
    database.write(actions.change_agency, made, replace(CITY, name="대구광역시 일자리센터"))  # its own slug
    with database.read() as session:
        assert queries.get_agency(session, made).name == "대구광역시 일자리센터"  # type: ignore[union-attr]
    with pytest.raises(NotFound):
        database.write(actions.change_agency, made + 1, replace(CITY, slug="other"))


def test_no_agency_stands_above_itself(app_on_both: Flask) -> None:
    database = db.of(app_on_both)
    city = database.write(actions.make_agency, CITY, NOW)
    district = database.write(
        actions.make_agency, AgencyFields("dalseo", "달서구", kind="district", parent_id=city), NOW
    )
    school = database.write(actions.make_agency, AgencyFields("school", "학교", kind="school", parent_id=district), NOW)
    for parent in (city, district, school):
        with pytest.raises(Invalid) as raised:
            database.write(actions.change_agency, city, replace(CITY, parent_id=parent))
        assert fields_wrong(raised) == ["parent_id"]
    with database.read() as session:
        assert queries.with_ancestors(session, school) == [school, district, city]
