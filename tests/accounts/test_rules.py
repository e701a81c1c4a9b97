"""Addresses, passwords, profiles, files: decisions on given values."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairapp.accounts import rules
from fairapp.accounts.rules import ProfileFields, Rights
from fairapp.errors import Forbidden, Invalid

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("홍길동@한국.kr", "홍길동@한국.kr"),
        ("a@xn--3e0b707e.kr", "a@한국.kr"),
        (" Hong.Gildong@Example.KR ", "hong.gildong@example.kr"),
        ("seeker@demo.example", "seeker@demo.example"),
    ],
)
def test_an_address_has_one_form(typed: str, kept: str) -> None:
    assert rules.normal_email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    ["", "hong", "hong@", "@example.kr", "a b@example.kr", "a@localhost", "a@example.kr\x00", "a@example.kr\nBcc: b@c.kr",
     "x" * 300 + "@example.kr", "\ud800@example.kr", '"a b"@example.kr', "a@[127.0.0.1]"],
)  # fmt: skip
def test_what_cannot_take_mail_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        rules.normal_email(typed)


@given(st.text(max_size=300))
def test_no_text_breaks_the_checks(text: str) -> None:
    for check in (rules.normal_email, rules.normal_name):
        try:
            check(text)
        except Invalid:
            continue
    assert rules.local_path(text).startswith("/")
    assert rules.file_name(text).endswith(".pdf")
    rules.browser_words(text)


@pytest.mark.parametrize(
    ("typed", "kept"), [("  정  한별 ", "정 한별"), ("한", "한"), ("O'Neil", "O'Neil"), ("가" * 80, "가" * 80)]
)
def test_a_name_has_single_spaces(typed: str, kept: str) -> None:
    assert rules.normal_name(typed) == kept


@pytest.mark.parametrize("typed", ["", "  ", "a\nb", "가" * 81, "a\u202e\x07", "...", "\u200b"])
def test_a_name_nobody_could_call_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        rules.normal_name(typed)


@pytest.mark.parametrize(
    "password", ["짧아요", "a" * 9, "a" * 201, "hong@example.kr", "HONG@example.kr", "aaaaaaaaaaaa"]
)
def test_a_weak_password_is_refused(password: str) -> None:
    with pytest.raises(Invalid):
        rules.check_password(password, "hong@example.kr", "홍길동")


def test_the_name_is_no_password() -> None:
    with pytest.raises(Invalid):
        rules.check_password("Alexander Kim", "hong@example.kr", "alexander kim")


@pytest.mark.parametrize("password", ["온통 소문자와 한글", "correcthorsebattery", "1234567890", "!@#$%^&*()"])
def test_no_kind_of_sign_is_asked_for(password: str) -> None:
    rules.check_password(password, "hong@example.kr", "홍길동")


def test_a_password_matches_its_own_hash_alone() -> None:
    kept = rules.hash_password("맑은 가을 하늘 아래")
    assert rules.password_matches(kept, "맑은 가을 하늘 아래")
    assert not rules.password_matches(kept, "맑은 가을 하늘 위")
    assert not rules.password_matches(None, "nobody has this password")
    assert not rules.password_matches("not a hash", "맑은 가을 하늘 아래")
    assert not rules.password_matches(kept, "x" * 5000)


def test_composed_and_decomposed_hangul_are_the_same_password() -> None:
    composed, decomposed = (unicodedata.normalize(form, "하늘빛 구름과 바람") for form in ("NFC", "NFD"))
    assert composed != decomposed
    assert rules.password_matches(rules.hash_password(composed), decomposed)


def test_a_hash_of_other_parameters_is_outdated() -> None:
    assert not rules.needs_rehash(rules.hash_password("맑은 가을 하늘 아래"))
    assert rules.needs_rehash("$argon2id$v=19$m=16,t=1,p=1$c29tZXNhbHQ$MTIzNDU2Nzg5MDEyMzQ1Ng")


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        ("/fairs/demo?q=1", "/fairs/demo?q=1"),
        ("/공고", "/공고"),
        (None, "/"),
        ("", "/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("/a\\b", "/"),
        ("/\t/evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/" + "a" * 2000, "/"),
    ],
)
def test_one_goes_on_to_this_site_only(wanted: str | None, path: str) -> None:
    assert rules.local_path(wanted) == path


def test_a_profile_keeps_its_phone_in_one_form() -> None:
    kept = rules.checked_profile(ProfileFields(phone="010-1234-5678", education="", skills=("엑셀", "엑셀")), TODAY)
    assert (kept.phone, kept.education, kept.skills) == ("+821012345678", None, ("엑셀",))


def test_all_that_is_wrong_with_a_profile_is_told_at_once() -> None:
    wrong = ProfileFields(
        phone="12", birth_date=date(2030, 1, 1), region="99999", intro="x" * 2001, experience_years=61, education="any",
        skills=("x" * 41,), wish_occupation="9999", wish_region="1", wish_employment_type="slave", wish_salary=-1,
        segment="rich", experience="x" * 5001,
    )  # fmt: skip
    with pytest.raises(Invalid) as raised:
        rules.checked_profile(wrong, TODAY)
    assert {error.field for error in raised.value.errors} == {
        "phone", "birth_date", "region", "intro", "experience_years", "education", "skills", "wish_occupation",
        "wish_region", "wish_employment_type", "wish_salary", "segment", "experience",
    }  # fmt: skip


def test_skills_stand_between_commas() -> None:
    assert rules.skills_of(" 엑셀, 지게차\n엑셀,, 전산회계  1급 ") == ("엑셀", "지게차", "전산회계 1급")


PDF = b"%PDF-1.7\n1 0 obj\nendobj\nstartxref\n9\n%%EOF\n"


def test_a_pdf_is_known_by_its_content() -> None:
    rules.check_pdf(PDF)
    for content in (
        b"",
        b"<html>%PDF-1.7 startxref %%EOF",
        b"%PDF-1.7",
        PDF[:-8],
        b"PK\x03\x04" + PDF,
        PDF + b" " * 5_300_000,
    ):
        with pytest.raises(Invalid):
            rules.check_pdf(content)


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("이력서.pdf", "이력서.pdf"),
        ("C:\\나\\이력서.PDF", "이력서.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("", "resume.pdf"),
        (".pdf", "resume.pdf"),
        ('a"\r\nX: y.pdf', "aX y.pdf"),
        ("가" * 300 + ".pdf", "가" * 116 + ".pdf"),
    ],
)
def test_a_file_name_names_a_file(given_name: str, kept: str) -> None:
    assert rules.file_name(given_name) == kept


ADMIN, STRANGER = Rights(True, frozenset()), Rights(False, frozenset())
ORGANIZER = Rights(False, frozenset({7}))


@pytest.mark.parametrize("rights", [ADMIN, ORGANIZER])
def test_those_who_run_an_agency_give_its_roles(rights: Rights) -> None:
    rules.check_may_give(rights, "coach", None, 7)
    rules.check_may_give(rights, "organizer", None, 7)
    rules.check_may_give(rights, "recruiter", 3, None)


@pytest.mark.parametrize(
    ("rights", "role", "employer", "agency"),
    [(ORGANIZER, "coach", None, 8), (STRANGER, "coach", None, 7), (STRANGER, "recruiter", 3, None)],
)
def test_nobody_else_gives_a_role(rights: Rights, role: str, employer: int | None, agency: int | None) -> None:
    with pytest.raises(Forbidden):
        rules.check_may_give(rights, role, employer, agency)


@pytest.mark.parametrize(
    ("role", "employer", "agency"),
    [("recruiter", None, 7), ("coach", 3, None), ("organizer", 3, 7), ("admin", None, 7), ("recruiter", None, None)],
)
def test_a_role_fits_its_organisation(role: str, employer: int | None, agency: int | None) -> None:
    with pytest.raises(Invalid):
        rules.check_may_give(ADMIN, role, employer, agency)
