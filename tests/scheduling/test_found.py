"""Histories that once went wrong, as the machine found them; each is lived through again on both databases."""

from typing import Any

import pytest
from flask import Flask

from fairapp import db
from tests.scheduling.test_machine import History

Steps = list[tuple[str, dict[str, Any]]]

# Somebody who could be the host asked for the meeting herself, and was chosen to meet herself.
MET_HERSELF: Steps = [
    ("open", {"host": 2, "length": 30, "quarter": 12}),
    ("book", {"slot": 207, "status": "confirmed", "who": 2}),
    ("open", {"host": 2, "length": 30, "quarter": 15}),
    ("book", {"slot": 384, "status": "confirmed", "who": 4}),
    ("open", {"host": 2, "length": 15, "quarter": 10}),
    ("cancel", {"which": 719}),
    ("wait", {"minutes": 2}),
    ("book", {"slot": 446, "status": "requested", "who": 0}),
]

# A hold of an open offer ran out, and with it nothing of the host's could be shifted any more.
OUTDATED_IN_A_SHIFT: Steps = [
    ("book", {"slot": 5, "status": "held", "who": 1}),
    ("wait", {"minutes": 20}),
    ("shift", {"host": 0, "minutes": 15}),
]


@pytest.mark.parametrize("steps", [MET_HERSELF, OUTDATED_IN_A_SHIFT])
def test_what_once_went_wrong_goes_right(app_on_both: Flask, steps: Steps) -> None:
    machine: Any = History()
    machine.database = db.of(app_on_both)
    machine.build()
    for name, given in steps:
        getattr(machine, name)(**given)
        machine.rows_are_what_the_oracle_says()
        machine.places_are_what_the_oracle_says()
    machine.teardown()
