"""Real and hostile files of people: each is read as its manifest says, or refused with a sentence."""

import json
from pathlib import Path

import pytest
from flask import Flask

from fairapp.accounts import rules
from fairapp.intake import Draft, harmless
from fairapp.tables import Unreadable, read_table, unquoted
from tests.factories import NOW

pytestmark = pytest.mark.real

PEOPLE = {
    "csv/trainees_utf8_bom.csv": 120,
    "csv/trainees_cp949.csv": 120,
    "csv/trainees_utf8_nobom_lf.csv": 120,
    "csv/trainees_leading_zero_lost.csv": 40,
    "csv/trainees_title_rows_subtotals.csv": 40,
    "csv/trainees_semicolon.csv": 40,
    "csv/trainees_tab_utf16le.txt": 40,
    "csv/header_only.csv": 0,
    "xlsx/trainees_ok.xlsx": 60,
    "xlsx/trainees_three_row_header_merged.xlsx": 60,
    "xlsx/trainees_typed_cells.xlsx": 60,
    "xlsx/trainees_second_sheet_hidden_codes.xlsx": 60,
    "xlsx/csv_named.xlsx": 120,
}


@pytest.mark.parametrize(("name", "count"), PEOPLE.items())
def test_lists_of_people_are_read_whole(app: Flask, real_data: Path, name: str, count: int) -> None:
    table = read_table(real_data / "hostile" / name, columns=rules.COLUMNS)
    drafts = list(rules.seeker_rows(table, NOW.date()))
    assert [draft for draft in drafts if not isinstance(draft, Draft)] == []
    people = [draft.fields for draft in drafts if isinstance(draft, Draft)]
    assert (len(people), table.broken) == (count, [])
    assert all((person.profile.phone or "").startswith("+8210") for person in people)
    assert not {person.name for person in people} & {"소계", "합계", "끝."}


def test_the_same_list_in_three_encodings_is_the_same(real_data: Path) -> None:
    folder = real_data / "hostile" / "csv"
    names = ("trainees_utf8_bom.csv", "trainees_cp949.csv", "trainees_utf8_nobom_lf.csv")
    first, second, third = (list(read_table(folder / name).rows) for name in names)
    assert first == second == third


@pytest.mark.parametrize("name", ["csv/empty.csv", "xlsx/truncated.xlsx"])
def test_what_cannot_be_read_is_a_sentence(app: Flask, real_data: Path, name: str) -> None:
    with pytest.raises(Unreadable) as error:
        read_table(real_data / "hostile" / name)
    assert str(error.value.detail)


def test_an_html_table_is_read(real_data: Path) -> None:
    assert len(read_table(real_data / "hostile" / "xlsx" / "html_table_named.xls")) == 30


def test_the_csv_spectrum(real_data: Path) -> None:
    folder = real_data / "hostile" / "csv" / "spectrum"
    for path in sorted((folder / "csvs").glob("*.csv")):
        if path.stem == "location_coordinates":  # its two files differ in the telephone number
            continue
        wanted = json.loads((folder / "json" / f"{path.stem}.json").read_text("utf-8"))
        # newlines_crlf lost its CRs on the way here.
        wanted = [{name: value.replace("\r\n", "\n") for name, value in row.items()} for row in wanted]
        assert [row for _, row in read_table(path).rows] == wanted, path.name


def test_naughty_cells_come_back_as_they_were_and_none_is_a_formula(real_data: Path) -> None:
    hostile = real_data / "hostile"
    cells = json.loads((hostile / "blns.json").read_text("utf-8"))
    cells += json.loads((hostile / "korean_names_and_cells.json").read_text("utf-8"))
    cells += (hostile / "csv_injection.txt").read_text("utf-8").splitlines()
    for cell in cells:
        assert not harmless(cell).startswith(("=", "+", "-", "@", "\t", "\r"))
        assert unquoted(harmless(cell)) == cell
