"""Registration numbers and names of employers."""

import pytest

from fairapp.employers import rules
from fairapp.errors import Invalid


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("124-81-00998", "1248100998"),  # published by its company; so are the next two
        ("220-81-62517", "2208162517"),
        ("120 81 47521", "1208147521"),
        ("１２４-８１-００９９８", "1248100998"),
    ],
)
def test_a_number_that_can_exist_is_kept_as_digits(written: str, digits: str) -> None:
    assert rules.registration_number(written) == digits
    assert rules.registration_number(rules.written_number(digits)) == digits


@pytest.mark.parametrize(
    "written", ["124-81-00997", "124-81-00989", "123456789", "12345678901", "abc", "", "124-81-0099x"]
)
def test_a_number_that_cannot_exist_is_refused(written: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.registration_number(written)
    assert refused.value.errors[0].field == "registration_number"


def test_exactly_one_check_digit_fits() -> None:
    for stem in ("123456789", "999999999", "000000000", "502009388"):
        fits = 0
        for digit in range(10):
            try:
                rules.registration_number(f"{stem}{digit}")
                fits += 1
            except Invalid:
                pass
        assert fits == 1


@pytest.mark.parametrize(
    "name", ["(주)명성", "㈜명성", "주식회사 명성", "명성(주)", "명성 주식회사", "（주） 명 성", "명성, (주)"]
)
def test_one_company_has_one_key_however_it_is_written(name: str) -> None:
    assert rules.name_key(name) == "명성"


def test_different_names_have_different_keys() -> None:
    assert rules.name_key("ABC Co., Ltd.") == "abccoltd"
    assert rules.name_key("유한회사 하늘") == "하늘"
    assert rules.name_key("㈜") == "(주)"
    assert rules.name_key("명성산업") != rules.name_key("명성")
