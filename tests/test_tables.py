"""Tables in every shape in which people send them become the same rows; what is no table is refused with a sentence."""

import io
import json
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from fairapp import sheets, tables, workbooks
from fairapp.tables import Columns, Table, Unreadable, heading_key, read_table, with_leading_zero

PEOPLE: Columns = {"name": ("성명", "이름"), "phone": ("연락처", "H.P", "휴대폰번호"), "born": ("생년월일",)}
LIST = "연번,성명,연락처\n1,김하늘,010-0000-0001\n2,이바다,010-0000-0002\n"
ROWS = [("1", "김하늘", "010-0000-0001"), ("2", "이바다", "010-0000-0002")]


def values(table: Table) -> list[tuple[str, ...]]:
    """Return the rows without headings and numbers."""
    return [tuple(row.values()) for _, row in table.rows]


def book(*named: tuple[str, list[list[Any]]], hidden: str = "", merged: str = "") -> bytes:
    """Return a workbook of these sheets."""
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, rows in named:
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
        if name == hidden:
            sheet.sheet_state = "hidden"
        if merged:
            sheet.merge_cells(merged)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def why(content: bytes, name: str = "list.csv") -> str:
    """Return the sentence with which a file is refused."""
    with pytest.raises(Unreadable) as refused:
        list(read_table(content, name).rows)
    return str(refused.value.detail)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_and_delimiters_give_the_same_rows(encoding: str, delimiter: str) -> None:
    content = LIST.replace(",", delimiter).encode(encoding)
    table = read_table(content, "list.txt")
    assert table.headings == ["연번", "성명", "연락처"]
    assert values(table) == ROWS


def test_a_quoted_cell_keeps_its_lines_quotes_and_delimiters() -> None:
    content = 'a,b\r\n1,"한 줄\n""두"" 줄, 셋"\r\n\r\n2,x\r\n'.encode()
    assert list(read_table(content).rows) == [(2, {"a": "1", "b": '한 줄\n"두" 줄, 셋'}), (4, {"a": "2", "b": "x"})]


def test_titles_totals_and_repeated_headings_are_no_people() -> None:
    content = "수료생 명단,,\n,,(대외비)\n\nNO,이름,H.P\n1,합계주,010 0000 0001\n소계,,1명\n"
    content += "NO,이름,H.P\n2,이바다,010 0000 0002\n합계,2명,\n끝.\n"
    table = read_table(content.encode("cp949"), columns=PEOPLE)
    assert [row["이름"] for _, row in table.rows] == ["합계주", "이바다"]
    assert [number for number, _ in table.rows] == [5, 8]


def test_headings_below_a_title_and_merged_groups_are_found() -> None:
    rows: list[list[Any]] = [
        ["2026년 참가자", None, None],
        ["성명", "인적사항", None],
        [None, "생년월일", "연락처"],
        ["김하늘", date(2000, 5, 24), 1000000001],
    ]
    table = read_table(book(("명단", rows), merged="B2:C2"), "people.xlsx", PEOPLE)
    assert list(table.rows) == [(4, {"성명": "김하늘", "생년월일": "2000-05-24", "연락처": "01000000001"})]


def test_the_sheet_with_the_list_is_found_and_hidden_ones_are_not_looked_at() -> None:
    listed: list[list[Any]] = [["성명", "연락처"], ["김하늘", "010-0000-0001"]]
    codes: list[list[Any]] = [["성명", "연락처", "생년월일"], *[["x", "y", "z"]] * 9]
    content = book(("안내", [["둘째 시트에 적으세요"]]), ("명단", listed), ("코드", codes), hidden="코드")
    assert values(read_table(content, "a.xlsx", PEOPLE)) == [("김하늘", "010-0000-0001")]


def test_cells_of_a_workbook_become_the_text_that_people_see() -> None:
    row: list[Any] = [datetime(2026, 3, 2, 9, 30), 3.0, 2.5, True, "=1+1", None, "a_x000D_\nb"]  # noqa: DTZ001
    content = book(("s", [list("abcdefg"), row]))
    assert values(read_table(content)) == [("2026-03-02 09:30", "3", "2.5", "TRUE", "", "", "a\nb")]


def test_what_a_file_is_does_not_depend_on_its_name() -> None:
    assert values(read_table(LIST.encode("cp949"), "list.xlsx")) == ROWS
    page = "<html><meta charset=utf-8><table><tr><th>연번<th>성명<th>연락처</tr>"
    page += "".join(f"<tr><td>{a}</td><td>{b}</td><td>{c}</td></tr>" for a, b, c in ROWS) + "</table></html>"
    assert values(read_table(page.encode(), "list.xls")) == ROWS
    assert values(read_table(book(("s", [["연번", "성명", "연락처"], *map(list, ROWS)])), "list.csv")) == ROWS


def test_json_arrays_and_lines_are_read_and_a_broken_line_is_reported() -> None:
    objects = [{"title": "[신입] 간호사", "skills": ["EMR", "영어"], "headcount": 2}, {"title": "x", "url": None}]
    array = read_table(json.dumps(objects).encode(), "a.json")
    assert list(array.rows) == [
        (1, {"title": "[신입] 간호사", "skills": "EMR, 영어", "headcount": "2", "url": ""}),
        (2, {"title": "x", "skills": "", "headcount": "", "url": ""}),
    ]
    lines = read_table(b'{"a": 1}\n{"a": \n[1]\n{"a": 2}\n', "a.jsonl")
    assert [number for number, _ in lines.rows] == [1, 4]
    assert [number for number, _ in lines.broken] == [2, 3]


def test_a_row_with_more_cells_than_headings_is_broken_not_shifted() -> None:
    table = read_table(b"a,b\n1,2\n1,2,3\n3,4,\n")
    assert values(table) == [("1", "2"), ("3", "4")]
    assert [number for number, _ in table.broken] == [3]


def test_two_headings_of_one_name_are_told_apart() -> None:
    assert read_table(b"a,a,b\n1,2,3\n").headings == ["a", "a #2", "b"]


def test_a_listing_title_in_brackets_does_not_make_it_json() -> None:
    assert read_table("[제목],b\n1,2\n".encode()).headings == ["[제목]", "b"]


def test_an_old_workbook_is_read_as_a_new_one() -> None:
    content = (Path(__file__).parent / "files" / "old_workbook.xls").read_bytes()
    table = read_table(content, "list.xlsx", PEOPLE)
    assert list(table.rows) == [
        (
            3,
            {
                "성명": "김하늘",
                "생년월일": "1998-03-02",
                "휴대폰번호": "01012345678",
                "이메일": "haneul@example.kr",
                "확인": "TRUE",
            },
        ),
        (
            4,
            {
                "성명": "이바다",
                "생년월일": "2001-11-30",
                "휴대폰번호": "010-2222-3333",
                "이메일": "bada@example.kr",
                "확인": "FALSE",
            },
        ),
    ]


@pytest.mark.parametrize("length", [600, 2000, 5000])
def test_an_old_workbook_that_was_cut_off_is_refused(app: object, length: int) -> None:
    content = (Path(__file__).parent / "files" / "old_workbook.xls").read_bytes()
    assert "깨진 엑셀" in why(content[:length], "list.xls")


def test_a_header_alone_has_no_rows() -> None:
    assert len(read_table("성명,연락처\n".encode())) == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "빈 파일"),
        (b"\xef\xbb\xbf\r\n", "빈 파일"),
        (book(("s", [["a", "b"], ["1", "2"]]))[:2000], "잘렸거나"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".xlsx나 CSV로"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "표가 들어 있는 파일이 아니에요"),
        ("이름".encode()[:-1], "잘렸거나"),
        (b"a,b\n\xff\xff,1\n", "글자를 읽을 수 없어요"),
        (b"<?xml version='1.0'?><Workbook/>", "다른 문서"),
        (b"<html><p>no table</p></html>", "표가 들어 있는 파일이 아니에요"),
        (b'a,b\n"' + b"x" * 200_000, "따옴표가 닫히지"),
        (b"a," * 1_000_000, "열이 너무 많아요"),
        (b"a,b\n" + b"1," * 1_000_000, "열이 너무 많아요"),
        (b"[" * 100_000, "열이"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(app: object, content: bytes, sentence: str) -> None:
    name = "a.json" if sentence == "열이" else "a.csv"
    assert (sentence if sentence != "열이" else "JSON") in why(content, name)


def test_a_workbook_as_wide_as_excel_allows_is_refused_quickly(app: object) -> None:
    made = openpyxl.Workbook()
    made.worksheets[0].cell(1_048_576, 16_384, "x")
    out = io.BytesIO()
    made.save(out)
    assert "열이 너무 많아요" in why(out.getvalue(), "wide.xlsx")


def test_a_workbook_of_rows_that_are_empty_but_long_is_refused(app: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_CELLS", 1000)
    assert "줄이 너무 많아요" in why(book(("s", [["a"] * 100] * 11)))


def test_a_zip_that_is_no_workbook_or_unpacks_to_too_much_is_refused(
    app: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("word/document.xml", "<x/>")
    assert "통합 문서" in why(out.getvalue())
    monkeypatch.setattr(workbooks, "MOST_UNPACKED", 100)
    assert "너무 커요" in why(book(("s", [["a"]])))


def test_more_rows_than_the_limit_are_refused(app: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 3)
    assert len(read_table(b"a,b\n1,2\n3,4\n")) == 2
    assert "줄이 너무 많아요" in why(b"a,b\n1,2\n3,4\n5,6\n")


def test_a_file_that_is_too_big_is_not_read(app: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tables, "MOST_BYTES", 10)
    assert "너무 커요" in why(b"a,b\n1,2\n3,4\n")
    with pytest.raises(Unreadable):
        read_table(tmp_path / "not there.csv")


def test_columns_are_known_by_many_names_and_missing_ones_are_named(app: object) -> None:
    table = read_table("*성 명(필수),H.P\n김,010\n".encode())
    assert table.named(PEOPLE) == {"name": "*성 명(필수)", "phone": "H.P"}
    with pytest.raises(Unreadable) as refused:
        table.named(PEOPLE, required=("name", "born"))
    assert "생년월일" in str(refused.value.detail)
    assert heading_key("생년월일(YYMMDD)") == heading_key(" 생년 월일 ") == "생년월일"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1000000121", "01000000121"),
        ("1000000121.0", "01000000121"),
        ("212345678", "0212345678"),
        ("010-0000-0121", "010-0000-0121"),
        ("+82-10-0000-0000", "+82-10-0000-0000"),
        ("12345", "12345"),
        ("15881234", "15881234"),
    ],
)
def test_the_zero_that_a_spreadsheet_took_comes_back(written: str, meant: str) -> None:
    assert with_leading_zero(written) == meant
