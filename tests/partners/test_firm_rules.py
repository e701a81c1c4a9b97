"""Employers in the forms in which they are compared, and what keeps two apart. Pure."""

import pytest

from fairapp.partners.rules import Firm, FirmLikeness, firm_forms, kept_apart, which_stays
from fairapp.partners.rules.firms import address_forms, likely_firms, name_and_branch


@pytest.mark.parametrize(
    ("written", "name", "branch"),
    [
        ("(주)한빛정밀", "한빛정밀", ""),
        ("한빛정밀 주식회사", "한빛정밀", ""),
        ("㈜ 한빛 정밀", "한빛 정밀", ""),
        ("한빛정밀 구미공장", "한빛정밀", "구미공장"),
        ("한빛정밀(구미 공장)", "한빛정밀", "구미공장"),
        ("한빛정밀구미공장", "한빛정밀", "구미공장"),
        ("한빛정밀 제2공장", "한빛정밀", "제2공장"),
        ("스타마트 동성로점", "스타마트", "동성로점"),
        ("한빛정밀 본사", "한빛정밀", ""),
        ("대구 백화점", "대구 백화점", ""),
        ("밝은 안경점", "밝은 안경점", ""),
        ("Hanbit Precision Co., Ltd.", "hanbit precision", ""),
        ("Hanbit Precision (Gumi Plant)", "hanbit precision", "gumiplant"),
        ("", "", ""),
        ("㈜", "", ""),
    ],
)
def test_a_name_is_without_its_form_and_its_branch(written: str, name: str, branch: str) -> None:
    assert name_and_branch(written) == (name, branch)


@pytest.mark.parametrize(
    ("written", "forms"),
    [
        ("대구 달서구 성서공단로 123 (호산동)", ("성서공단로", "성서공단로 123")),
        ("대구광역시 달서구 성서공단로11길 25-3, 2층", ("성서공단로11길", "성서공단로11길 25-3")),
        ("경북 구미시 공단동 256", ("공단동", "공단동 256")),
        ("달서구", ("", "")),
        ("", ""),
    ],
)
def test_an_address_is_its_road_and_number(written: str, forms: tuple[str, str] | str) -> None:
    assert address_forms(written) == (forms or ("", ""))


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("한빛정밀", "Hanbit Precision Co., Ltd.", True),
        ("한빛정밀", "Hanbit Jeongmil", True),
        ("대성산업", "Daesung Industries Inc", True),
        ("청솔솔루션", "Cheongsol Solutions", True),
        ("SK하이닉스", "sk 하이닉스", True),
        ("한빛정밀", "Hanbit Foods", False),
        ("한빛정밀", "가온정밀", False),
    ],
)
def test_a_name_meets_its_latin_spelling(one: str, other: str, shared: bool) -> None:
    forms = [firm_forms(Firm(n, name)) for n, name in enumerate((one, other))]
    assert bool(set(forms[0].latins) & set(forms[1].latins)) is shared


NUMBERS = ("1234567891", "2208162517")


def _two(**other: str | None) -> list[object]:
    return [firm_forms(Firm(1, "한빛정밀", number=NUMBERS[0])), firm_forms(Firm(2, **{"name": "한빛정밀", **other}))]


@pytest.mark.parametrize(
    ("other", "why", "likely"),
    [
        ({}, "", True),
        ({"number": NUMBERS[0]}, "", True),
        ({"number": NUMBERS[1]}, "number", False),
        ({"name": "한빛정밀 구미공장"}, "branch", False),
        ({"name": "한빛정밀 본사"}, "", True),
    ],
)
def test_two_numbers_and_a_branch_are_never_asked_about(other: dict[str, str], why: str, likely: bool) -> None:
    one, two = _two(**other)
    assert kept_apart(one, two) == why  # type: ignore[arg-type]
    found = FirmLikeness(1, 2, 999, {"name": "same"})
    assert likely_firms(found, one, two) is likely  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("permille", "name", "likely"),
    [(300, "same", True), (299, "same", False), (999, "differs", False), (999, "missing", False), (300, "alike", True)],
)
def test_a_pair_is_asked_about_from_the_threshold_on(permille: int, name: str, likely: bool) -> None:
    one, two = _two()
    assert likely_firms(FirmLikeness(1, 2, permille, {"name": name}), one, two) is likely  # type: ignore[arg-type]


def test_one_number_is_one_employer_whatever_else() -> None:
    one, two = _two(number=NUMBERS[0], name="옛 이름")
    assert likely_firms(FirmLikeness(1, 2, 0, {"name": "differs"}), one, two)  # type: ignore[arg-type]


def test_an_empty_employer_has_no_key() -> None:
    assert firm_forms(Firm(1, "")).keys == ()
    assert all(len(key) <= 160 for key in firm_forms(Firm(1, "가" * 120, "x" * 120, region="27290")).keys)


@pytest.mark.parametrize(
    ("one", "other", "stays"),
    [
        ((True, False, 9), (False, True, 1), True),
        ((True, False, 9), (True, True, 1), False),
        ((False, False, 2), (False, False, 1), False),
        ((True, True, 1), (True, True, 2), True),
    ],
)
def test_the_verified_then_the_numbered_then_the_older_stays(
    one: tuple[bool, bool, int], other: tuple[bool, bool, int], stays: bool
) -> None:
    assert which_stays(one, other) is stays
    assert which_stays(other, one) is not stays
