"""Histories of seekers and staff at once: every step that the scheduler knows, at random, by many writers.

`python -m tests.concurrency.histories URL …` is one process of them. Whatever is refused in words is fine; an error of the
database, or a busy answer, that reaches a person is a fault.
"""

import argparse
import json
import random
import sys
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from fairapp import create_app, db
from fairapp.errors import AppError, Busy
from fairapp.scheduling import actions, queries
from fairapp.scheduling.models import Block, Booking, LineEntry, Resource, Slot, WaitlistEntry
from fairapp.scheduling.models import Offer as Offered
from fairapp.scheduling.rules import SlotChange, Wish
from tests.concurrency.stage import STEP, Stage, offers
from tests.conftest import settings_for
from tests.factories import NOW

LIVE = ("requested", "held", "confirmed")


@dataclass
class Notes:
    """What came of it: how often each step and refusal, and whatever should not have happened."""

    answers: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


class Writer:
    """Somebody who does one thing after the other."""

    def __init__(self, database: db.Database, stage: Stage, seed: int, notes: Notes, lock: threading.Lock) -> None:
        self.database, self.stage, self.notes, self.lock = database, stage, notes, lock
        self.chance = random.Random(seed)
        self.now: datetime = NOW
        steps = [name for name in dir(self) if name.startswith("do_")]
        self.steps: list[str] = sorted(steps) + ["do_book"] * 6

    def run(self, steps: int) -> None:
        """Do so many steps; time passes slowly."""
        for _ in range(steps):
            name = self.chance.choice(self.steps)
            self.now += timedelta(seconds=self.chance.choice([0, 5, 40]))
            said = "done"
            try:
                getattr(self, name)()
            except Busy:
                self.fault(f"{name}: busy")
            except AppError as error:
                said = error.slug
            except Exception as error:  # whatever else reaches a person is a fault
                self.fault(f"{name}: {type(error).__name__} {error}"[:400])
            with self.lock:
                self.notes.answers[f"{name[3:]} {said}"] += 1

    def fault(self, sentence: str) -> None:
        """Note what should not have happened."""
        with self.lock:
            self.notes.faults.append(sentence)

    def write(self, action: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Run an action."""
        return self.database.write(action, *args, **kwargs)

    def any_of(self, column: Any, *where: Any) -> Any:
        """Return one of the newest forty ids; AppError where there is none."""
        with self.database.read() as session:
            found = list(session.scalars(select(column).where(*where).order_by(column.desc()).limit(40)))
        if not found:
            raise Nothing
        return self.chance.choice(found)

    def booking(self, *where: Any) -> Booking:
        """Return a booking as it was a moment ago."""
        number = self.any_of(Booking.id, *where)
        with self.database.read() as session:
            return session.get_one(Booking, number)

    def do_book(self) -> None:
        """Book, hold or ask."""
        how: dict[str, bool] = self.chance.choice([{}, {"hold": True}, {"request": True}])
        slot, who = self.any_of(Slot.id, Slot.closed_at.is_(None)), self.chance.choice(self.stage.people)
        self.write(actions.book, slot, who, Wish(**how), self.now)

    def do_confirm(self) -> None:
        """Confirm a hold."""
        one = self.booking(Booking.status == "held")
        self.write(actions.confirm, one.id, one.seeker_id, one.rev, self.now)

    def do_answer(self) -> None:
        """Answer a request."""
        one = self.booking(Booking.status == "requested")
        accept = self.chance.random() < 0.7
        self.write(actions.answer_request, one.id, self.stage.hosts[0], self.now, accept=accept, rev=one.rev)

    def do_cancel(self) -> None:
        """Cancel."""
        one = self.booking(Booking.status.in_(LIVE))
        self.write(actions.cancel, one.id, one.seeker_id, self.now)

    def do_move(self) -> None:
        """Move to another slot."""
        one, slot = self.booking(Booking.status.in_(LIVE)), self.any_of(Slot.id, Slot.closed_at.is_(None))
        self.write(actions.reschedule, one.id, slot, one.seeker_id, self.now)

    def do_swap(self) -> None:
        """Let two people change places."""
        one, other = (self.booking(Booking.status.in_(LIVE)).id for _ in range(2))
        self.write(actions.swap, one, other, self.stage.hosts[0], "", self.now)

    def do_reassign(self) -> None:
        """Give a meeting to a colleague."""
        one, host = self.booking(Booking.status.in_(LIVE)), self.chance.choice(self.stage.hosts[:3])
        self.write(actions.reassign, one.id, host, self.stage.hosts[0], self.now)

    def do_shift(self) -> None:
        """Move some slots of a host by a little."""
        host, first = self.chance.choice(self.stage.hosts), NOW + self.chance.randrange(30, 54) * STEP
        with self.database.read() as session:
            found = queries.slots_to_change(session, first, first + 12 * STEP, self.now, host_id=host)
        self.write(actions.shift, found[:3], self.chance.choice([-10, 5, 15]), host, "", self.now)

    def do_replace(self) -> None:
        """Let colleagues take some slots of a host."""
        host = self.chance.choice(self.stage.hosts[:3])
        with self.database.read() as session:
            found: list[SlotChange] = queries.slots_to_change(
                session, self.now, NOW + 90 * STEP, self.now, host_id=host
            )
        others = [one for one in self.stage.hosts[:3] if one != host]
        self.write(actions.replace_host, found[:2], host, others, host, "", self.now)

    def do_open(self) -> None:
        """Open a time."""
        start = NOW + self.chance.randrange(30, 80) * STEP
        self.write(actions.open_slots, self.chance.choice(offers(self.stage)), [(start, start + 4 * STEP)], self.now)

    def do_close(self) -> None:
        """Close a time."""
        self.write(actions.close_slot, self.any_of(Slot.id, Slot.closed_at.is_(None)), self.now)

    def do_block(self) -> None:
        """Keep somebody's time for something else."""
        who, start = self.chance.choice(self.stage.people), NOW + self.chance.randrange(30, 80) * STEP
        resource = self.any_of(Resource.id, Resource.account_id == who)
        self.write(actions.add_block, resource, start, start + STEP, "", self.now)

    def do_unblock(self) -> None:
        """Give blocked time back."""
        self.write(actions.remove_block, self.any_of(Block.id, Block.removed_at.is_(None)), self.now)

    def do_join(self) -> None:
        """Wait."""
        where = self.chance.choice([{"booth_id": self.stage.booth}, {"coach_id": self.stage.coach}])
        self.write(actions.join_waitlist, self.chance.choice(self.stage.people), self.now, **where)

    def do_leave(self) -> None:
        """Stop waiting."""
        number = self.any_of(WaitlistEntry.id, WaitlistEntry.status.in_(("waiting", "offered")))
        with self.database.read() as session:
            who = session.get_one(WaitlistEntry, number).seeker_id
        self.write(actions.leave_waitlist, number, who, self.now)

    def do_accept(self) -> None:
        """Take what is offered."""
        number = self.any_of(Offered.id, Offered.status == "open")
        with self.database.read() as session:
            entry = session.get_one(WaitlistEntry, session.get_one(Offered, number).entry_id)
        self.write(actions.accept_offer, number, entry.seeker_id, False, self.now)

    def do_expire(self) -> None:
        """Sweep what is outdated."""
        with self.database.read() as session:
            stale = list(queries.stale_holds(session, self.now))
        self.write(actions.expire, stale, self.now)

    def do_queue(self) -> None:
        """Stand in line."""
        self.write(actions.join_line, self.stage.booth, self.chance.choice(self.stage.people), True, self.now)

    def do_call(self) -> None:
        """Call the next of the line to a host, who may be at a screen or in a hall."""
        host, room = self.chance.choice(self.stage.hosts[:3]), self.chance.choice([None, *self.stage.rooms])
        self.write(actions.call, self.stage.booth, host, self.now, room_id=room)

    def do_meet(self) -> None:
        """Begin or end a meeting with somebody of the line, or note that nobody came."""
        number = self.any_of(LineEntry.id, LineEntry.status.in_(("called", "meeting")))
        host = self.stage.hosts[0]
        step = self.chance.choice(["start", "start", "finish", "skip"])
        if step == "finish":
            self.write(actions.finish_meeting, number, self.now)
        else:
            self.write(actions.start_meeting if step == "start" else actions.skip, number, host, self.now)

    def do_go(self) -> None:
        """Leave the line, or return to one's place."""
        number = self.any_of(LineEntry.id, LineEntry.ended_at.is_(None))
        with self.database.read() as session:
            entry = session.get_one(LineEntry, number)
        if entry.status == "skipped":
            self.write(actions.return_to_place, number, self.now)
        else:
            self.write(actions.leave_line, number, entry.seeker_id, self.now)

    def do_close_line(self) -> None:
        """Close the line now and then; it opens again."""
        if self.chance.random() < 0.2:
            self.write(actions.close_line, self.stage.booth, self.now)
        else:
            self.write(actions.open_line, self.stage.booth, 10, self.now)


class Nothing(AppError):
    """There is nothing of the kind to act on."""

    slug = "nothing"


def run(databases: list[db.Database], stage: Stage, threads: int, steps: int, seed: int) -> Notes:
    """Let so many threads loose at once, the databases shared among them; return what all of them noted."""
    notes, lock, start = Notes(), threading.Lock(), threading.Barrier(threads)

    def one(number: int) -> None:
        writer = Writer(databases[number % len(databases)], stage, seed * 1000 + number, notes, lock)
        start.wait(60)
        writer.run(steps)

    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(one, number) for number in range(threads)]:
            done.result()
    return notes


def main() -> None:
    """Be one process: the stage comes on standard input, the notes go to standard output."""
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--steps", type=int)
    given = parser.parse_args()
    app = create_app(settings_for(given.url))
    mine = [db.of(app), *(db.Database(settings_for(given.url).database_url) for _ in range(given.threads - 1))]
    for other in mine[1:]:
        other.writer.last_writes = mine[0].writer.last_writes
    with app.app_context():
        stage = Stage(**json.loads(sys.stdin.read()))
        notes = run(mine, stage, given.threads, given.steps, given.seed)
    for one in mine:
        one.close()
    sys.stdout.write(json.dumps(vars(notes)))


if __name__ == "__main__":
    main()
