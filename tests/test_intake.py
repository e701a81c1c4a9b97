"""What became of rows: chunks, all or none, and refused rows as a file that can be mended and sent again."""

from collections.abc import Callable, Sequence
from typing import Any

from fairapp import intake
from fairapp.errors import FieldError, Invalid
from fairapp.tables import read_table


def draft(row: int, fields: str = "ok") -> intake.Draft[str]:
    """Return a row."""
    return intake.Draft(row, fields, {"이름": fields}, {"name": "이름"})


def add(session: object, drafts: Sequence[intake.Draft[str]]) -> intake.Report:
    """Take every row but those called `bad`."""
    report = intake.Report()
    for one in drafts:
        if one.fields == "bad":
            report.refuse(one.refused(Invalid(errors=[FieldError("name", "이름이 나빠요")])))
        else:
            report.added += 1
    return report


def writes(sizes: list[int]) -> Callable[..., Any]:
    """Return a stand-in for db.write that notes how many rows each transaction had."""

    def write(action: Callable[..., Any], *args: Any) -> Any:
        sizes.append(len(args[0]) if args else -1)
        return action(None, *args)

    return write


def test_rows_are_written_in_chunks() -> None:
    sizes: list[int] = []
    report = intake.bring_in(writes(sizes), (draft(n) for n in range(250)), add)
    assert (sizes, report.added, report.rows) == ([100, 100, 50], 250, 250)


def test_all_or_nothing_is_one_transaction() -> None:
    sizes: list[int] = []
    assert intake.bring_in(writes(sizes), [draft(1), draft(2)], add, all_or_nothing=True).added == 2
    assert sizes == [-1]
    refused = intake.bring_in(writes(sizes), [draft(1), draft(2, "bad")], add, all_or_nothing=True)
    assert (refused.none_kept, refused.added, refused.refused) == (True, 0, 1)


def test_all_or_nothing_does_not_even_begin_when_a_row_cannot_be_read() -> None:
    sizes: list[int] = []
    rows = [draft(1), [intake.Note(2, "이름", "나빠요", {})]]
    assert intake.bring_in(writes(sizes), rows, add, all_or_nothing=True).none_kept
    assert sizes == []


def test_a_refused_row_speaks_of_the_files_own_column() -> None:
    report = intake.bring_in(writes([]), [draft(7, "bad")], add)
    assert report.rejected == [intake.Note(7, "이름", "이름이 나빠요", {"이름": "bad"})]


def test_refused_rows_can_be_mended_and_sent_again() -> None:
    values = {"이름": "=1+1", "연락처": "+82-10-1234-5678", "말": 'a,"b"\nc', "말2": "'따옴표"}
    report = intake.Report()
    report.refuse([intake.Note(3, "이름", "나빠요", values), intake.Note(3, "말", "길어요", values)])
    file = report.rejected_csv()
    assert "'=1+1" in file
    assert "'+82" in file
    table = read_table(file.encode(), "rejected.csv")
    ((number, row),) = table.rows
    assert row == values | {"행": "3", "열": "이름; 말", "까닭": "나빠요; 길어요"}
    assert number == 2


def test_signs_that_no_database_keeps_are_noted_with_their_column() -> None:
    notes = intake.unstorable(1, {"a": "x\x00", "b": "가"})
    assert [(note.row, note.column) for note in notes] == [(1, "a")]
