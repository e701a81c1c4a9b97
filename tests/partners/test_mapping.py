"""Columns of partners' files: what they seem to tell, what a person says they tell, and that this is remembered."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask

from fairapp.errors import Invalid
from fairapp.intake import NOTES, Draft
from fairapp.partners.rules import (
    Mapped,
    PersonRow,
    as_sent,
    check_mapped,
    headings_digest,
    own_headings,
    person_rows,
    proposed,
    shaped,
)
from fairapp.partners.rules.people import Course
from fairapp.tables import Table, heading_key, read_table

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("kind", "headings", "found"),
    [
        (
            "trainees",
            ["연번", "훈련생명", "휴대폰번호", "생년월일", "훈련과정명", "시작일자", "종료일자", "수료여부", "개인정보동의"],
            {
                "name": "훈련생명", "phone": "휴대폰번호", "birth_date": "생년월일", "course": "훈련과정명",
                "began": "시작일자", "ended": "종료일자", "completed": "수료여부", "consented": "개인정보동의",
            },
        ),
        ("seekers", ["성 명", "E-mail ", "H.P"], {"name": "성 명", "email": "E-mail ", "phone": "H.P"}),
        ("seekers", ["Attendee name", "E-mail", "Order code"],
         {"name": "Attendee name", "email": "E-mail", "own_id": "Order code"}),
        ("employers", ["회사명", "사업자 등록 번호", "업종"],
         {"name": "회사명", "registration_number": "사업자 등록 번호", "industry": "업종"}),
        ("listings", ["회사명", "채용 제목", "마감일"], {"employer": "회사명", "title": "채용 제목", "closes_on": "마감일"}),
        ("seekers", ["색", "모양"], {}),
    ],
)  # fmt: skip
def test_columns_are_recognised_by_their_names(kind: str, headings: list[str], found: dict[str, str]) -> None:
    assert proposed(kind, headings, {}).columns == {name: (heading,) for name, heading in found.items()}


@pytest.mark.parametrize(
    ("headings", "parts"),
    [
        (["First Name", "Last Name", "Email"], ("First Name", "Last Name")),
        (["email", "last_name", "first_name"], ("first_name", "last_name")),
    ],
)
def test_a_name_in_two_columns_is_put_together(headings: list[str], parts: tuple[str, str]) -> None:
    assert proposed("seekers", headings, {}).columns["name"] == parts


def test_what_people_said_before_goes_first() -> None:
    known = {heading_key("담당"): "name", heading_key("성명"): "own_id", heading_key("없는 뜻"): "nonsense"}
    found = proposed("seekers", ["담당", "성명", "없는 뜻"], known).columns
    assert found == {"name": ("담당",), "own_id": ("성명",)}


@pytest.mark.parametrize("heading", ["비밀번호", "Password", "주민등록번호", "주민번호", "SSN"])
def test_passwords_and_resident_numbers_are_never_read(app: Flask, heading: str) -> None:
    assert proposed("seekers", ["성명", heading], {heading_key(heading): "own_id"}).columns == {"name": ("성명",)}
    with pytest.raises(Invalid) as raised:
        check_mapped("seekers", Mapped({"name": ("성명",), "own_id": (heading,)}), ["성명", heading])
    assert [one.field for one in raised.value.errors] == ["own_id"]


@pytest.mark.parametrize(
    ("kind", "columns", "constants", "fields"),
    [
        ("seekers", {"name": ("성명",)}, {}, ["email"]),
        ("seekers", {"phone": ("전화",)}, {}, ["name"]),
        ("trainees", {"name": ("성명",), "phone": ("전화",)}, {}, ["course", "ended"]),
        ("trainees", {"name": ("성명",), "phone": ("전화",)}, {"course": "용접", "ended": "2027-01-31"}, []),
        ("seekers", {"name": ("성명",), "phone": ("전화",), "region": ("없는 열",)}, {}, ["region"]),
        ("seekers", {"name": ("성명", "전화", "성명", "전화"), "phone": ("전화",)}, {}, ["name"]),
        ("seekers", {"name": ("성명",), "phone": ("전화",)}, {"course": "가" * 201}, ["course"]),
        ("employers", {}, {}, ["name"]),
        ("listings", {"title": ("성명",)}, {}, ["employer"]),
        ("listings", {"title": ("성명",)}, {"employer": "한빛"}, []),
    ],
)
def test_what_a_file_must_tell(
    app: Flask, kind: str, columns: dict[str, Any], constants: dict[str, str], fields: list[str]
) -> None:
    errors: list[str] = []
    try:
        check_mapped(kind, Mapped(columns, constants), ["성명", "전화"])
    except Invalid as error:
        errors = [one.field for one in error.errors]
    assert errors == fields


def test_a_file_is_known_again_by_its_columns() -> None:
    first = headings_digest(["성명", "생년월일", "H.P"])
    assert headings_digest(["H.P", "성 명", "생년월일"]) == first
    assert headings_digest(["성명", "생년월일"]) != first
    table = Table(["성명", "", *NOTES], [], [])
    assert own_headings(table) == ["성명"]  # a mended file of refused rows is the same file


TRAINEES = """훈련생명,이름2,휴대폰번호,생년월일,비밀번호,동의
하늘,김,010-1234-5678,1998-03-02,secret!,동의함
Gildong,Hong,010-1111-2222,1995-05-05,secret!,아니오
"""


def rows_of(text: str, mapped: Mapped, *, course: bool = False) -> list[Any]:
    """Return the people and refusals of a table."""
    table, names = shaped(read_table(text.encode(), "list.csv"), mapped)
    return list(as_sent(person_rows(table, names, TODAY, course=course)))


def test_columns_are_joined_and_constants_hold_for_every_row(app: Flask) -> None:
    columns = {
        "name": ("훈련생명", "이름2"), "phone": ("휴대폰번호",), "birth_date": ("생년월일",), "consented": ("동의",),
    }  # fmt: skip
    mapped = Mapped(columns, {"course": "용접", "ended": "2027-01-31"})
    first, second = rows_of(TRAINEES, mapped, course=True)
    assert (first.fields.name, second.fields.name) == ("김하늘", "Gildong Hong")
    assert first.fields.course == Course("용접", ends_on=date(2027, 1, 31))
    assert (first.fields.consented, second.fields.consented) == (True, False)
    # What is told of a row speaks of the partner's own columns, and never holds a password.
    assert list(first.values) == ["훈련생명", "이름2", "휴대폰번호", "생년월일", "동의"]


PERSON = PersonRow(own_id="7", name="김하늘", email="a@example.kr", profile=None)  # type: ignore[arg-type]


def one(cells: str, headings: str = "성명,이메일,연락처,생년월일,학번,동의여부,동의일,수정일", **more: Any) -> Any:
    """Return what one row of cells becomes."""
    text = f"{headings}\n{cells}\n"
    mapped = proposed("trainees", headings.split(","), {})
    (found,) = rows_of(text, replace(mapped, **more))
    return found


def test_a_person_is_read_from_a_row(app: Flask) -> None:
    row = one("김하늘,A@Example.KR,1012345678,980302,2024-07,예,2026-11-01,2026-11-20").fields
    assert (row.own_id, row.name, row.email, row.profile.phone) == (
        "2024-07", "김하늘", "a@example.kr", "+821012345678",
    )  # fmt: skip
    assert (row.profile.birth_date, row.consented, row.consented_on, row.said_on) == (
        date(1998, 3, 2), True, date(2026, 11, 1), date(2026, 11, 20),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "consented"),
    [
        ("예,", True),
        ("Y,", True),
        ("동의합니다.,", True),
        ("2026-11-01 10:22,", True),
        (",2026-11-01", True),
        ("아니오,2026-11-01", False),
        ("미동의,", False),
        (",", None),
        ("글쎄요,", None),
    ],
)
def test_a_yes_is_a_yes_and_nothing_else_is_taken_for_one(app: Flask, cells: str, consented: bool | None) -> None:
    assert one(f"김하늘,a@example.kr,,,,{cells},").fields.consented is consented


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        (",,010-1234-5678,,,,,", "성명"),
        ("김하늘,,,,,,,", "성명"),
        ("김하늘,not-an-address,,,,,,", "이메일"),
        ("김하늘,,123,,,,,", "연락처"),
        ("김하늘,,,1998-02-30,,,,", "생년월일"),
        ("김하늘,,,2030-01-01,,,,", "생년월일"),
        ("김하늘,,010-1234-5678,,,예,언젠가,", "동의일"),
        ("김하늘,,010-1234-5678,,,예,2027-01-01,", "동의일"),
        ("김하늘,,010-1234-5678,,,,,2027-01-01", "수정일"),
    ],
)
def test_a_row_that_is_nobody_says_why_and_where(app: Flask, cells: str, column: str) -> None:
    notes = one(cells)
    assert not isinstance(notes, Draft)
    assert [note.column for note in notes] == [column]
    assert all(str(note.reason) for note in notes)


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ("김하늘,a@example.kr,,2026-09-01,2027-01-31", "과정명"),
        ("김하늘,a@example.kr,용접,2026-09-01,", "종료일"),
        ("김하늘,a@example.kr,용접,2027-09-01,2027-01-31", "종료일"),
        ("김하늘,a@example.kr,용접,2006-09-01,2027-01-31", "종료일"),
        ("김하늘,a@example.kr,용접,2026-09-01,곧", "종료일"),
    ],
)
def test_a_trainee_is_in_a_course_that_ends(app: Flask, cells: str, column: str) -> None:
    headings = ["성명", "이메일", "과정명", "시작일", "종료일"]
    text = ",".join(headings) + "\n" + cells + "\n"
    (notes,) = rows_of(text, proposed("trainees", headings, {}), course=True)
    assert [note.column for note in notes] == [column]


def test_without_a_number_the_same_person_is_the_same_row(app: Flask) -> None:
    first, again, other = rows_of(
        "성명,연락처\n김하늘,010-1234-5678\n김 하늘,01012345678\n김하늘,010-9999-5678\n",
        proposed("seekers", ["성명", "연락처"], {}),
    )
    assert isinstance(first, Draft)
    assert [str(note.reason) for note in again] == ["2행과 같은 사람이에요"]
    assert other.fields.own_id != first.fields.own_id
