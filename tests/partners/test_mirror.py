"""A partner written as a program of its own ends with exactly the listings that there are, whatever happened meanwhile."""

import ast
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import BOTH
from tests.partners.mirror.city import DAY, PROGRAM, City, city
from tests.partners.mirror.postman import WAYS
from tests.servers import wait_until

DEEDS: list[Callable[[City], None]] = [City.open] * 6 + [City.edit] * 4 + [City.close] * 3 + [City.fill] * 2
DEEDS += [City.hide, City.show, City.show]
FAULTS: list[Callable[[City], None]] = [City.crash_partner, City.crash_server, City.forget, City.go_down, City.go_down]
PATIENCE = 90  # seconds until the copy must be equal


def live_through(one: City, rounds: int) -> None:
    """Let things happen, and between them every fault once a round; at the end everybody is up."""
    for _ in range(rounds):
        faults = FAULTS[:]
        one.chance.shuffle(faults)
        for fault in faults:
            for _ in range(6):
                one.chance.choice(DEEDS)(one)
            fault(one)
    one.postman.is_down = False
    for deed in (City.open, City.edit, City.hide, City.show, City.close):
        deed(one)
    wait_until(one.is_mirrored, PATIENCE, f"{one.read_mirror().get('counts')}\n{one.partner.log()[-2000:]}")


def bring_each_way(one: City) -> None:
    """Let messages come until everything that can happen to one has happened."""
    while missing := {*WAYS, "taken"} - {*one.postman.done, *one.read_mirror()["counts"]}:
        before = one.postman.done.total()
        one.open(lasts=DAY)
        one.hurry()
        wait_until(lambda: one.postman.done.total() > before, 2 * PATIENCE, f"a message; not yet {missing}")  # noqa: B023


@pytest.mark.timeout(400)
@pytest.mark.parametrize("kind", [pytest.param("sqlite", marks=pytest.mark.soak), "postgresql"])
def test_a_partner_s_copy_ends_equal_whatever_fails(
    make_url_of: Callable[[str], str], tmp_path: Path, kind: str
) -> None:
    with city(make_url_of(kind), tmp_path, seed=5) as one:
        wait_until(lambda: one.read_mirror().get("cursor"), PATIENCE, "the partner has begun")
        live_through(one, rounds=1)
        counts = one.read_mirror()["counts"]
        assert counts["reset"] >= 1
        # What a killed server was sending is sent again when its claim has ended.
        wait_until(one.postman.done.total, PATIENCE, "a message came")
        assert len(one.truth()) > 0
        one.partner.kill()
        one.open()
        assert wait_until(lambda: not one.is_mirrored(), 10)  # nobody else keeps the copy


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", BOTH)
def test_a_partner_s_copy_ends_equal_after_a_long_life(
    make_url_of: Callable[[str], str], tmp_path: Path, kind: str, seed: int
) -> None:
    with city(make_url_of(kind), tmp_path, seed) as one:
        for _ in range(3):
            live_through(one, rounds=3)
        bring_each_way(one)
        wait_until(one.is_mirrored, PATIENCE, "equal at the end")


def test_the_partner_shares_no_code_and_needs_no_library() -> None:
    tree = ast.parse(PROGRAM.read_text("utf-8"))
    used = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    used |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {one.partition(".")[0] for one in used} <= set(sys.stdlib_module_names)
