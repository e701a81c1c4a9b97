"""A crowd: threads that book, hold, confirm, move and cancel at random through the API, and note every answer.

`python -m tests.concurrency.crowd` is a crowd in a process of its own, against running servers.
"""

import argparse
import http.client
import json
import random
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from tests.concurrency.hall import Hall

Answer = tuple[int, Any]
Ask = Callable[[str, str, str, Any, Mapping[str, str]], Answer]  # method, path, token, body, headers

BOOKED_OR_NOT = {"slot-taken", "seeker-busy", "already-booked"}
# What may be answered, by what was asked; anything else is a fault.
EXPECTED = {
    "book": {201, 409},
    "hold": {201, 409},
    "confirm": {200, 409, 412},  # 412: it was moved, or confirmed by another thread of the same seeker
    "move": {200, 409, 412},
    "cancel": {200, 409, 412},
    "wait": {201},
    "look": {200},
}


@dataclass
class Notes:
    """What was answered: how often each status, the bookings made, and whatever should not have happened."""

    answers: Counter[str] = field(default_factory=Counter)
    made: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def merge(self, other: Mapping[str, Any]) -> None:
        """Add the notes of another process."""
        self.answers.update(other["answers"])
        self.made += other["made"]
        self.faults += other["faults"]


class Crowd:
    """People who try to book; with `changes` they also move and cancel."""

    def __init__(self, hall: Hall, ask: Callable[[], Ask], seed: int, *, changes: bool = True) -> None:
        self.hall, self.ask, self.seed, self.changes = hall, ask, seed, changes
        self.notes = Notes()
        self._lock = threading.Lock()
        self._turns = count()

    def run(self, attempts: int, threads: int) -> Notes:
        """Let `threads` loose at once until they have tried to book `attempts` times; return the notes."""
        start = threading.Barrier(threads)

        def one(number: int) -> None:
            chance, ask = random.Random(self.seed * 1000 + number), self.ask()
            start.wait(30)
            while next(self._turns) < attempts:
                self._attempt(chance, ask)

        with ThreadPoolExecutor(threads) as pool:
            for done in [pool.submit(one, number) for number in range(threads)]:
                done.result()
        return self.notes

    def _attempt(self, chance: random.Random, ask: Ask) -> None:
        """Try to book; then, as chance has it, do something about what one has."""
        token = chance.choice(self.hall.tokens)
        wish = {"slot": str(chance.choice(self.hall.slots)), "consent": chance.random() < 0.1}
        hold = chance.random() < 0.25
        status, data = self._do("hold" if hold else "book", ask, "POST", "/bookings", token, wish | {"hold": hold})
        if status == 201 and hold and chance.random() < 0.7:
            self._do("confirm", ask, "POST", f"/bookings/{data['id']}/confirmation", token, None, data["rev"])
        if status == 409 and chance.random() < 0.1:
            self._do("wait", ask, "POST", f"/booths/{chance.choice(self.hall.booths)}/waitlist", token)
        if self.changes and chance.random() < 0.6:
            self._change(chance, ask, chance.choice(self.hall.tokens))

    def _change(self, chance: random.Random, ask: Ask, token: str) -> None:
        """Move, cancel or confirm one of the seeker's bookings, as it was a moment ago."""
        _, found = self._do("look", ask, "GET", "/bookings?limit=5", token)
        active = [one for one in found.get("items", ()) if one["status"] in ("held", "confirmed")]
        if not active:
            return
        one = chance.choice(active)
        path, rev = f"/bookings/{one['id']}", one["rev"]
        if one["status"] == "held" and chance.random() < 0.5:
            self._do("confirm", ask, "POST", path + "/confirmation", token, None, rev)
        elif chance.random() < 0.5:
            slots = self._slots_beside(int(one["slot"]))
            self._do("move", ask, "PATCH", path, token, {"slot": str(chance.choice(slots))}, rev)
        else:
            self._do("cancel", ask, "DELETE", path, token, {}, rev)

    def _slots_beside(self, slot: int) -> list[int]:
        """Return slots of the same booth or coach: the first eight are one booth's, then four each."""
        place = self.hall.slots.index(slot)
        first, end = (0, 8) if place < 8 else (place // 4 * 4, place // 4 * 4 + 4)
        return self.hall.slots[first:end]

    def _do(
        self, what: str, ask: Ask, method: str, path: str, token: str, body: Any = None, rev: int | None = None
    ) -> Answer:
        headers = {} if rev is None else {"If-Match": f'"{rev}"'}
        status, data = ask(method, "/api/v1" + path, token, body, headers)
        slug = data.get("type", "").removeprefix("/problems/") if status >= 400 else ""
        fault = status not in EXPECTED[what] or (what == "book" and status == 409 and slug not in BOOKED_OR_NOT)
        with self._lock:
            self.notes.answers[f"{what} {status} {slug}".strip()] += 1
            if fault:
                self.notes.faults.append(f"{what} {path}: {status} {data}"[:500])
            if what in ("book", "hold") and status == 201:
                self.notes.made.append(int(data["id"]))
        return status, data


def over_http(urls: Iterable[str]) -> Callable[[], Ask]:
    """Return a maker of connections, one a thread, to the servers in turn."""
    servers = [urlsplit(url).netloc for url in urls]
    number = count()

    def connect() -> Ask:
        connection = http.client.HTTPConnection(servers[next(number) % len(servers)], timeout=60)

        def ask(method: str, path: str, token: str, body: Any, headers: Mapping[str, str]) -> Answer:
            sent = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", **headers}
            try:
                connection.request(method, path, None if body is None else json.dumps(body), sent)
                answer = connection.getresponse()
                return answer.status, json.loads(answer.read() or b"{}")
            except (http.client.HTTPException, OSError):
                connection.close()
                raise

        return ask

    return connect


def main() -> None:
    """Be a crowd: the hall comes on standard input, the notes go to standard output."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int)
    parser.add_argument("--attempts", type=int)
    parser.add_argument("--threads", type=int)
    parser.add_argument("urls", nargs="+")
    given = parser.parse_args()
    crowd = Crowd(Hall.from_json(sys.stdin.read()), over_http(given.urls), given.seed)
    notes = crowd.run(given.attempts, given.threads)
    sys.stdout.write(json.dumps(vars(notes)))


if __name__ == "__main__":
    main()
