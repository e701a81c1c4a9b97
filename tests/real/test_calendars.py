"""Calendar files of eleven projects: each is read for its busy times, or refused with a reason; none is a fault of ours."""

import time
import warnings
from collections import Counter
from pathlib import Path

import pytest
from flask import Flask

from fairapp.errors import Invalid
from fairapp.scheduling.rules import busy_times
from tests.factories import NOW

pytestmark = pytest.mark.real


def test_every_calendar_is_read_or_refused_with_a_reason(app: Flask, real_data: Path) -> None:
    files = sorted((real_data / "ics").rglob("*.ics"))
    found: Counter[str] = Counter()
    longest = 0.0
    for path in files:
        begun = time.monotonic()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found["times"] += len(busy_times(path.read_bytes(), NOW, "Asia/Seoul"))
            found["read"] += 1
        except Invalid as refused:
            [error] = refused.errors
            assert (error.field, bool(str(error.message))) == ("file", True), path
            found[str(error.message)] += 1
        longest = max(longest, time.monotonic() - begun)
    assert found["read"] >= len(files) * 3 // 4, dict(found)
    assert longest < 5
