"""The whole life of a small fair, from its plan to its archive; a real one is told by tests/real/test_life.py."""

from datetime import date, time
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.life import Life, Plan
from tests.journeys.life_days import tell_life
from tests.servers import MailServer

EMPLOYERS = ("한빛정공", "두레식품", "새봄요양원", "가온셀")


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_a_fair_is_planned_held_and_archived_and_its_figures_are_those_of_the_rows(
    tmp_path: Path, mail: MailServer, browser: Browser
) -> None:
    plan = Plan("small-2021", "작은 박람회", "둔산공원", date(2021, 10, 20), time(14), time(16), EMPLOYERS, 4)
    figures = tell_life(Life(plan, tmp_path, mail, browser))
    # Of four seekers one stays away, and somebody comes unannounced. The hire that was disputed counts for nobody.
    stages = ("registered", "came", "booked", "interviewed", "passed", "offered", "hired", "started", "retained")
    assert [figures[f"funnel:{stage}"] for stage in stages] == [5, 4, 4, 3, 3, 2, 2, 2, 1]
    # Two of the three who are counselled found a job at the fair; the third, and who came unannounced, are led back.
    way = {
        name: figures[name]
        for name in ("people", "stage:1", "stage:2", "course:began", "course:placed", "course:share")
    }
    assert list(way.values()) == [3, 2, 1, 3, 2, 66.7]
    assert [figures[f"way:{state}"] for state in ("handed", "waiting", "offered", "refused")] == [1, 0, 1, 0]
    assert [figures[f"pool:{kind}"] for kind in ("youth", "career_break", "age_50_plus", "open")] == [1, 0, 0, 1]
    assert (figures["seeker_absence"], figures["host_absence"], figures["cost_per_hire"]) == (25.0, 12.5, 4_500_000)
