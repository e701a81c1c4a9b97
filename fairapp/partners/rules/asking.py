"""Ask the linkage program, a process of its own, who is one person; it ends by itself, by its limits, or is ended.

Call it outside of any transaction: it takes seconds for a few rows and minutes for a city.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import IO, Any, TypeVar

from flask_babel import lazy_gettext as _l

from fairapp.config import ROOT
from fairapp.errors import AppError
from fairapp.partners.rules.firms import LIKELY_FIRMS, FirmForms, FirmLikeness, likely_firms
from fairapp.partners.rules.linking import Linked, Pair, Person

# The program needs five modules of the project. Started plainly, the packages around them would load the whole app first,
# which takes longer than comparing a few rows: here they are empty packages in which only what is asked for is found.
START = """
import runpy, sys, types
for name in ("fairapp", "fairapp.accounts", "fairapp.accounts.rules", "fairapp.partners", "fairapp.partners.rules"):
    package = types.ModuleType(name)
    package.__path__ = ["/".join([sys.argv[1], *name.split(".")])]
    sys.modules[name] = package
runpy.run_module(sys.argv[2], run_name="__main__")
"""
PROGRAM = (sys.executable, "-c", START, str(ROOT), "fairapp.linkage")
FIRMS = (sys.executable, "-c", START, str(ROOT), "fairapp.firm_linkage")


T = TypeVar("T")
FIRM_FIELDS = ("core", "sound", "latins", "phone", "region", "road", "address", "keys")


class LinkageStopped(AppError):
    """The rows could not be compared; nothing was joined. `reason` is for the log: it holds no row."""

    status = 503
    slug = "linkage-stopped"
    title = _l("같은 사람을 찾는 일을 끝내지 못했어요. 잠시 뒤에 다시 해 주세요")

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason

    def __str__(self) -> str:
        return self.reason


@dataclass(frozen=True, slots=True)
class Limits:
    """What the program may take: a city of 350,000 rows needs about half of both."""

    seconds: float = 900
    memory_mb: int = 6_000


def link(people: Sequence[Person], limits: Limits | None = None, program: Sequence[str] = PROGRAM) -> Linked:
    """Return which rows are one person and which may be, out of ten rows or a city.

    Raises LinkageStopped where the program fails or exceeds its limits, ValueError where two rows have one key.
    """
    return _ask([(one, False) for one in people], limits or Limits(), program)


def link_new(
    new: Sequence[Person], known: Sequence[Person], limits: Limits | None = None, program: Sequence[str] = PROGRAM
) -> Linked:
    """Compare new rows with the known ones and with each other, but not known with known; else as `link`.

    A group may hold several known rows that a new one leads together.
    """
    return _ask([*((one, True) for one in new), *((one, False) for one in known)], limits or Limits(), program)


def _ask(rows: Sequence[tuple[Person, bool]], limits: Limits, program: Sequence[str]) -> Linked:
    if len({one.key for one, _ in rows}) != len(rows):
        raise ValueError("two rows have one key")
    return _run(lambda to: _write(rows, limits, to), _read, limits, program)


def likely_pairs_of(
    new: Sequence[FirmForms], known: Sequence[FirmForms], total: int, limits: Limits | None = None
) -> list[FirmLikeness]:
    """Return which new employers may be one with another, new or known, of so many in all, those likely alone.

    Raises LinkageStopped where the program fails or exceeds its limits.
    """
    limits = limits or Limits(120, 2_000)
    by_id = {one.id: one for one in (*new, *known)}
    rows = [(one, True) for one in new] + [(one, False) for one in known]
    found = _run(lambda to: _write_firms(rows, total, limits, to), _read_firms, limits, FIRMS)
    return [one for one in found if likely_firms(one, by_id[one.one], by_id[one.other])]


def _run(write: Callable[[IO[str]], None], read: Callable[[IO[str]], T], limits: Limits, program: Sequence[str]) -> T:
    # Files, not pipes: neither side ever waits for the other to read.
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as asked,
        tempfile.TemporaryFile("w+", encoding="utf-8") as told,
    ):
        write(asked)
        asked.seek(0)
        try:
            # S603: our own program. What it says in failing is dropped, for it may quote rows.
            done = subprocess.run(  # noqa: S603
                program, stdin=asked, stdout=told, stderr=subprocess.DEVNULL, timeout=limits.seconds, check=False
            )
        except subprocess.TimeoutExpired as slow:  # run() has ended it
            raise LinkageStopped(f"took more than {limits.seconds:g} s") from slow
        if done.returncode:
            raise LinkageStopped(f"ended with status {done.returncode}")
        told.seek(0)
        try:
            return read(told)
        except (ValueError, KeyError, TypeError, IndexError) as odd:
            raise LinkageStopped("answered what cannot be read") from odd


def _write(rows: Sequence[tuple[Person, bool]], limits: Limits, to: IO[str]) -> None:
    to.write(f"{json.dumps({'memory_mb': limits.memory_mb})}\n")
    for one, is_new in rows:
        born = one.birth_date.isoformat() if one.birth_date else None
        row = [one.key, one.source, one.own_id, one.name, one.phone, one.email, one.region, born, is_new]
        to.write(f"{json.dumps(row, ensure_ascii=False)}\n")


def _write_firms(rows: Sequence[tuple[FirmForms, bool]], total: int, limits: Limits, to: IO[str]) -> None:
    least = LIKELY_FIRMS / 1000
    to.write(f"{json.dumps({'memory_mb': limits.memory_mb, 'total': total, 'least': least})}\n")
    for one, is_new in rows:
        line = {"unique_id": str(one.id), **{name: getattr(one, name) for name in FIRM_FIELDS}, "new": is_new}
        to.write(f"{json.dumps(line, ensure_ascii=False)}\n")


def _read_firms(lines: Iterable[str]) -> list[FirmLikeness]:
    said = [json.loads(line) for line in lines]
    pairs = [one["pair"] for one in said[:-1]]
    if said[-1]["end"] != len(pairs):
        raise ValueError("lines are missing")
    return [
        FirmLikeness(min(int(a), int(b)), max(int(a), int(b)), min(round(probability * 1000), 999), evidence)
        for a, b, probability, evidence in pairs
    ]


def _read(lines: Iterable[str]) -> Linked:
    groups: list[tuple[str, ...]] = []
    joined: list[Pair] = []
    likely: list[Pair] = []
    end: dict[str, Any] = {}
    for line in lines:
        said: dict[str, Any] = json.loads(line)
        if "pair" in said:
            one, other, probability, held, evidence = said["pair"]
            (likely if held else joined).append(Pair(one, other, probability, evidence, held))
        elif "group" in said:
            groups.append(tuple(said["group"]))
        else:
            end = said["end"]
    if (end["pairs"], end["groups"]) != (len(joined) + len(likely), len(groups)):
        raise ValueError("lines are missing")
    return Linked(tuple(groups), tuple(joined), tuple(likely))
