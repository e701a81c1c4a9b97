"""What employers write about pay, employment and experience, as exact values; what is unclear is refused, not guessed."""

import pytest

from fairapp.booths.rules.wordings import employment_type_of, experience_of, hours_of, salary_of
from fairapp.errors import Invalid


@pytest.mark.parametrize(
    ("text", "salary"),
    [
        ("연봉 3,120 만원 ~ 3,120 만원", (31_200_000, 31_200_000, "year")),
        ("연봉 3,000 만원 이상", (30_000_000, None, "year")),
        ("~ 연봉 5,000만원", (None, 50_000_000, "year")),
        ("월급 250만원", (2_500_000, 2_500_000, "month")),
        ("월 250~300만원 (식대 20만원 별도)", (2_500_000, 3_000_000, "month")),
        ("시급 10,320원", (10_320, 10_320, "hour")),
        ("6,000 만원", (60_000_000, 60_000_000, "year")),
        ("226 만원", (2_260_000, 2_260_000, "month")),
        ("10030", (10_030, 10_030, "hour")),
        ("3000~3500만원", (30_000_000, 35_000_000, "year")),
        ("연봉 3,200", (32_000_000, 32_000_000, "year")),
        ("1억 2,000만원", (120_000_000, 120_000_000, "year")),
        ("연봉 3천5백만원", (35_000_000, 35_000_000, "year")),
        ("연봉 4,400 만원 상여별도 200%", (44_000_000, 44_000_000, "year")),
        ("주 40시간 월급 250만원", (2_500_000, 2_500_000, "month")),
        ("２，５００만원", (25_000_000, 25_000_000, "year")),
        ("", (None, None, None)),
        ("정보 없음", (None, None, None)),
        ("회사내규", (None, None, None)),
        ("면접 후 결정", (None, None, None)),
    ],
)
def test_salaries(text: str, salary: tuple[int | None, int | None, str | None]) -> None:
    assert salary_of(text) == salary


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("USD 53,134.00–79,726.00 annual", "원화"),
        ("$4,000", "원화"),
        ("일급 120,000원", "연봉, 월급, 시급"),
        ("500", "읽을 수 없어요"),
        ("연봉 1,000만원 2,000만원 3,000만원", "읽을 수 없어요"),
        ("연봉 5,000만원 ~ 3,000만원", "적어요"),
    ],
)
def test_a_salary_that_cannot_be_kept_says_why(app: object, text: str, reason: str) -> None:
    with pytest.raises(Invalid) as refused:
        salary_of(text)
    assert reason in str(refused.value.detail)


def test_a_number_without_end_is_more_money_than_there_is() -> None:
    assert salary_of("9" * 400) == (10**12, 10**12, "year")  # check_listing refuses it


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("정규직·계약직", "regular"),
        ("파트·계약직", "part_time"),
        ("계약직, 인턴", "contract"),
        ("비정규직", "contract"),
        ("기간의 정함이 없는 근로계약", "regular"),
        ("무기계약직", "regular"),
        ("인턴직", "internship"),
        ("아르바이트", "part_time"),
        ("Full-time (Internal)", "regular"),
        ("Part-time (External)", "part_time"),
        ("Internships", "internship"),
        ("Term", "contract"),
        ("(Internal)", None),
        ("프리랜서", None),
        ("", None),
    ],
)
def test_kinds_of_employment(text: str, kind: str | None) -> None:
    assert employment_type_of(text) == kind


@pytest.mark.parametrize(
    ("text", "experience"),
    [
        ("경력무관", ("any", 0)),
        ("신입", ("entry", 0)),
        ("신입·경력", ("any", 0)),
        ("신입/경력3년", ("any", 0)),
        ("경력 3년 이상", ("experienced", 3)),
        ("경력5년↑", ("experienced", 5)),
        ("경력 3~10년", ("experienced", 3)),
        ("경력2년↓", ("any", 0)),
        ("경력", ("experienced", 0)),
        ("3+ years", ("experienced", 3)),
        ("", ("any", 0)),
    ],
)
def test_experience(text: str, experience: tuple[str, int]) -> None:
    assert experience_of(text) == experience


def test_hours_of_a_week() -> None:
    assert hours_of("주5일 주 40시간 근로 09:00 ~ 18:00") == 40
    assert hours_of("주5일") is None
