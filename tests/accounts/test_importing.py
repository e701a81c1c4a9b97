"""Seekers from a list: an account without a password, a profile, and nothing that is hers is overwritten."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from fairapp import db, intake
from fairapp.accounts import actions, queries, rules
from fairapp.accounts.models import Account, Profile
from fairapp.live.models import Outbox
from fairapp.scheduling.models import Resource
from fairapp.tables import Unreadable, read_table
from tests.factories import NOW

HEAD = (
    "연번,성명,생년월일,연락처,이메일,훈련과정명,훈련기관,훈련시작일,훈련종료일,수료여부,희망직종,희망지역,장애여부\n"
)
ROW = "1,권다은,524,1000000001,Kwon@Example.test,용접·배관,폴리텍,2026-03-02,2026-08-28,수료,IT개발,서울 강서구,중증\n"


def bring(app: Flask, text: str, invite: bool = False) -> intake.Report:
    """Import a CSV."""
    rows = rules.seeker_rows(read_table(text.encode(), "a.csv", rules.COLUMNS), NOW.date())
    return intake.bring_in(db.of(app).write, rows, actions.import_seekers, NOW, invite)


def counts(report: intake.Report) -> tuple[int, int, int, int]:
    """Return added, changed, unchanged, refused."""
    return report.added, report.changed, report.unchanged, report.refused


def count(app: Flask, model: Any) -> int:
    """Return how many rows there are."""
    with db.of(app).read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_person_gets_an_account_without_a_password_and_a_profile(app_on_both: Flask) -> None:
    assert counts(bring(app_on_both, HEAD + ROW)) == (1, 0, 0, 0)
    assert counts(bring(app_on_both, HEAD + ROW)) == (0, 0, 1, 0)
    with db.of(app_on_both).read() as session:
        found = queries.credentials(session, "kwon@example.test")
        assert found is not None
        assert (found.name, found.password_hash, found.confirmed_at) == ("권다은", None, None)
        assert queries.profile_fields(session, found.id) == rules.ProfileFields(
            phone="+821000000001",
            birth_date=date(2000, 5, 24),
            intro="희망 직종: IT개발",
            experience="용접·배관 · 폴리텍 · 2026-03-02 ~ 2026-08-28 · 수료",
            wish_region="11500",
        )
    assert count(app_on_both, Resource) == 1
    assert count(app_on_both, Outbox) == 0


def test_the_letter_is_sent_only_when_asked_for_and_only_to_new_people(app: Flask) -> None:
    bring(app, HEAD + ROW)
    assert counts(bring(app, HEAD + ROW + ROW.replace("Kwon", "b").replace("0001,", "0002,"), invite=True))[0] == 1
    with db.of(app).read() as session:
        assert session.scalars(select(Outbox.kind)).all() == ["account.reset"]


def test_who_has_taken_her_account_over_keeps_what_she_wrote(app: Flask) -> None:
    bring(app, HEAD + ROW)
    changed = HEAD + ROW.replace("용접·배관", "조리")
    assert counts(bring(app, changed)) == (0, 1, 0, 0)
    db.of(app).write(lambda session: session.execute(update(Account).values(confirmed_at=NOW)) and None)
    assert counts(bring(app, HEAD + ROW)) == (0, 0, 1, 0)
    with db.of(app).read() as session:
        assert (session.scalars(select(Profile.experience)).one()).startswith("조리")


def test_the_same_person_under_another_address_is_known_by_name_and_number(app: Flask) -> None:
    bring(app, HEAD + ROW)
    assert counts(bring(app, HEAD + ROW.replace("Kwon", "other"))) == (0, 0, 1, 0)
    assert counts(bring(app, HEAD + ROW.replace("Kwon", "mother").replace("권다은", "이영희"))) == (1, 0, 0, 0)


def test_a_person_twice_in_a_list_is_one(app: Flask) -> None:
    report = bring(app, HEAD + ROW + ROW.replace("용접·배관", "조리"))
    assert counts(report) == (1, 0, 1, 0)
    assert [(note.row, str(note.reason)) for note in report.warnings] == [(3, "2행과 같은 사람이라 넘어갔어요")]


def test_bad_rows_are_named_with_column_and_reason(app: Flask) -> None:
    bad = ROW.replace("Kwon@Example.test", "kwon").replace("524", "991340").replace("1000000001", "12")
    report = bring(app, HEAD + bad)
    assert [(note.row, note.column) for note in report.rejected] == [(2, "이메일"), (2, "생년월일"), (2, "연락처")]
    assert count(app, Account) == 0


def test_a_list_without_addresses_is_refused(app: Flask) -> None:
    with pytest.raises(Unreadable) as error:
        bring(app, "연번,성명,연락처\n1,권다은,010\n")
    assert "email / 이메일" in str(error.value.detail)
