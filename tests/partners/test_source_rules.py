"""What a source must be, and who agreed to being shown."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from fairapp.errors import Invalid
from fairapp.partners.rules import SourceFields, check_source, consented_on

TODAY = date(2026, 11, 24)
SOURCE = SourceFields("훈련생 명단", "trainees", 1, 2)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "가" * 81}, "name"),
        ({"kind": "secrets"}, "kind"),
        ({"kind": "listings"}, "fair"),
        ({"fair_id": 3}, "fair"),
        ({"consent": "maybe"}, "consent"),
        ({"kind": "employers", "consent": "column"}, "consent"),
        ({"consent": "stated"}, "consented_on"),
        ({"consented_on": TODAY}, "consented_on"),
        ({"consent": "stated", "consented_on": TODAY + timedelta(days=1)}, "consented_on"),
        ({"consent": "stated", "consented_on": TODAY - timedelta(days=731)}, "consented_on"),
        ({"address": "https://a.example/list.csv"}, "address"),
        ({"every_hours": 24}, "address"),
        ({"address": "http://a.example/list.csv", "every_hours": 24}, "address"),
        ({"address": "https://user:pw@a.example/", "every_hours": 24}, "address"),
        ({"address": "https://[", "every_hours": 24}, "address"),
        ({"address": "file:///etc/passwd", "every_hours": 24}, "address"),
        ({"address": "https://a.example/", "every_hours": 0}, "every_hours"),
    ],
)
def test_what_cannot_be_a_source_is_refused(changes: dict[str, Any], field: str) -> None:
    check_source(SOURCE, TODAY)
    with pytest.raises(Invalid) as raised:
        check_source(replace(SOURCE, **changes), TODAY)
    assert [one.field for one in raised.value.errors] == [field]


STATED, SAID = date(2026, 10, 1), date(2026, 11, 1)


@pytest.mark.parametrize(
    ("consent", "said", "said_on", "wanted"),
    [
        ("ask", True, SAID, None),
        ("ask", None, None, None),
        ("column", True, SAID, SAID),
        ("column", True, None, TODAY),
        ("column", None, None, None),
        ("column", False, SAID, None),
        ("stated", None, None, STATED),
        ("stated", True, SAID, SAID),
        ("stated", False, None, None),
    ],
)
def test_who_agreed_and_when(consent: str, said: bool | None, said_on: date | None, wanted: date | None) -> None:
    assert consented_on(consent, STATED if consent == "stated" else None, said, said_on, TODAY) == wanted
