"""The way to a job beside the fair: pools, counsellors and stages of the city, and back into them after the fair.

A few of the fair's seekers are counselled: enough for every figure to be another than nothing.
"""

import sqlite3
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys.life import Life, press
from tests.journeys.story import DESK
from tests.journeys.test_way import agrees_to_plan, makes_a_course, moves, notes, opens, sets_goal

SCRIPT = Path(__file__).with_suffix(".sql")
POOLS = (("youth", "청년"), ("career_break", "다시 일하는 여성"), ("age_50_plus", "신중년"), ("open", "모두"))
COUNSELLED, AHEAD = (0, 1, 3), 0  # seekers who asked for a counsellor before the fair; who is at the second stage
STATES = ("handed", "waiting", "offered", "refused")


def agency_of(life: Life) -> int:
    """Return the city's agency."""
    with sqlite3.connect(f"file:{life.database}?mode=ro", uri=True) as connection:
        return int(connection.execute("SELECT min(id) FROM agency").fetchone()[0])


def plan_way(life: Life) -> None:
    """Make the course of four stages and the pools; the first people ask for a counsellor."""
    agency = agency_of(life)
    with life.organizer() as page:
        makes_a_course(page, agency)
        for kind, name in POOLS:
            page.goto(f"/agencies/{agency}/pools")
            page.select_option("select[name=kind]", kind)
            page.fill("input[name=name]", name)
            press(page, page.locator("main"), "만들기")
            expect(page.locator("h1")).to_have_text(name)
    enter_way(life)


def enter_way(life: Life) -> None:
    """Some ask for a counsellor; each begins the course, one comes to its second stage with a plan she agreed to."""
    assert life.people is not None
    counsellors = {}
    for seeker in COUNSELLED:
        with life.seeker(seeker) as page:
            page.goto("/me/plan")
            page.select_option("select[name=agency]", label="완주군일자리센터")
            press(page, page.locator("main"), "동의하고 신청하기")
            said = page.locator("main").inner_text()
            counsellors[seeker] = next(n for n in (0, 1) if f"상담{n}" in said)
    assert set(counsellors.values()) == {0, 1}  # fairly
    for seeker, counsellor in counsellors.items():
        page = life.people.person(f"counsellor{counsellor}@life.example", DESK)
        opens(page, f"구직{seeker}")
        press(page, page.locator("main"), "과정 시작하기")
        if seeker == AHEAD:
            notes(page, "가고 싶은 길을 함께 보았어요")
            sets_goal(page, "이력서 고치기", life.plan.day.isoformat())
            agrees_to_plan(page, life.people.person(f"seeker{seeker}@life.example"))
            moves(page, "2")
            expect(page.locator("[aria-current=step]").first).to_contain_text("상담·알선")
        page.context.close()


def see_way(life: Life) -> None:
    """When all is over, who found no job sees three next steps, and her counsellor what happened."""
    assert life.people is not None
    back = back_of(life)
    counselled = next(seeker for seeker, state in back.items() if state == "handed")
    with life.person(address_of(life, counselled)) as page:
        page.goto("/me/plan")
        expect(page.locator("[data-step]")).to_have_count(3)


def back_of(life: Life) -> dict[int, str]:
    """Return who is on the way back after the fair, and what became of it, by account."""
    with sqlite3.connect(f"file:{life.database}?mode=ro", uri=True) as connection:
        return dict(connection.execute("SELECT seeker_id, state FROM way_back").fetchall())


def address_of(life: Life, account: int) -> str:
    """Return how somebody signs in."""
    with sqlite3.connect(f"file:{life.database}?mode=ro", uri=True) as connection:
        return str(connection.execute("SELECT email FROM account WHERE id = ?", (account,)).fetchone()[0])


def check_way(life: Life) -> dict[str, float | None]:
    """Compare what an SQL script of its own finds in the raw rows with the API and the pages; return the figures."""
    agency = agency_of(life)
    with sqlite3.connect(f"file:{life.database}?mode=ro", uri=True) as connection:
        told = {"agency": agency, "today": life.plan.at(41, life.plan.opens).date().isoformat()}
        found: dict[str, float | None] = dict(connection.execute(SCRIPT.read_text("utf-8"), told).fetchall())
    with life.organizer() as page:
        answer = page.request.get(f"/api/v1/agencies/{agency}/counselling").json()
        assert {name: found[name] for name in said(answer)} == said(answer)
        page.goto(f"/agencies/{agency}/counselling")
        rows = [row.locator("th, td").all_inner_texts() for row in page.locator("#left ~ * tbody tr").all()]
        assert [int(row[1]) for row in rows] == [found[f"way:{state}"] for state in STATES]
        assert {f"pool:{kind}": members(page, agency, name) for kind, name in POOLS} == {
            name: value for name, value in found.items() if name.startswith("pool:")
        }
    return found


def said(answer: dict[str, Any]) -> dict[str, float | None]:
    """Return the figures of counselling, as the API tells them, by the script's names."""
    whole = {f"course:{name}": answer["running"][name] for name in ("began", "placed", "share")}
    stages = {f"stage:{no}": count for no, count in answer["stages"].items()}
    return {name: answer[name] for name in ("counsellors", "people", "waiting")} | stages | whole


def members(page: Page, agency: int, name: str) -> int:
    """Return how many the page of a pool shows."""
    page.goto(f"/agencies/{agency}/pools")
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.locator("h1")).to_have_text(name)
    return page.locator("[data-member]").count()
