"""Random histories of seekers and staff: after each step the rows are what a plain oracle says."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test
from sqlalchemy import select

from fairapp import db
from fairapp.scheduling import actions, models, queries
from tests.factories import NOW
from tests.scheduling.machine import ANY, many, people
from tests.scheduling.machine_line import AtTheLine
from tests.scheduling.oracle_staff import Moving

FAR_AHEAD = NOW + timedelta(days=1)


class History(AtTheLine):
    """The seekers, and staff who answer them, open and close times, block some and rearrange the rest."""

    @rule(host=st.integers(0, ANY), quarter=st.integers(0, 16), length=st.sampled_from([15, 30, 45]))
    def open(self, host: int, quarter: int, length: int) -> None:
        """Open a slot, if host and room are free."""
        self.open_slot(host, 60 + 15 * quarter, length, 2 if host == ANY else 1)

    @rule(which=many)
    def close(self, which: int) -> None:
        """Close a slot."""
        number = self.pick(which, self.oracle.slots)
        if number is not None and which % 3 == 0:  # not so often that nothing is left
            self.write(self.oracle.close(number), actions.close_slot, number, self.oracle.now)

    @rule(which=many, accept=st.booleans())
    def answer(self, which: int, accept: bool) -> None:
        """Accept or decline a request."""
        number = self.pick(which, self.oracle.bookings, lambda one: one.status == "requested")
        if number is not None:
            refusal = self.oracle.answer(number, accept)
            act = (actions.answer_request, self.booking_ids[number - 1], self.hosts[0], self.oracle.now)
            self.write(refusal, *act, accept=accept)

    @precondition(lambda self: sum(one is not None for one in self.oracle.blocks.values()) < 3)
    @rule(who=people, quarter=st.integers(0, 20), length=st.sampled_from([5, 20]))
    def block(self, who: int, quarter: int, length: int) -> None:
        """Keep somebody's time for something else."""
        self.oracle.changed = False
        person, start = self.people[who], NOW + timedelta(minutes=60 + 15 * quarter)
        end = start + timedelta(minutes=length)
        refusal = self.oracle.block(person, start, end)
        act = (actions.add_block, self.resources[person], start, end, "", self.oracle.now)
        made = self.write(refusal, *act)
        self.block_ids += [] if made is None else [made]

    @rule(which=many)
    def unblock(self, which: int) -> None:
        """Give blocked time back."""
        number = self.pick(which, self.oracle.blocks, lambda one: one is not None)
        if number is not None and self.oracle.blocks[number] is not None:
            self.oracle.blocks[number] = None
            self.write(None, actions.remove_block, self.block_ids[number - 1], self.oracle.now)

    @rule(one=many, other=many)
    def swap(self, one: int, other: int) -> None:
        """Let two bookings change places."""
        first = self.pick(one, self.oracle.bookings, lambda b: b.active)
        second = self.pick(other, self.oracle.bookings, lambda b: b.active)
        if first is not None and second is not None:
            refusal = self.oracle.swap(first, second)
            both = (self.booking_ids[first - 1], self.booking_ids[second - 1])
            self.write(refusal, actions.swap, *both, self.hosts[0], "", self.oracle.now)

    @rule(which=many, host=st.integers(0, 2))
    def reassign(self, which: int, host: int) -> None:
        """Give a meeting to a colleague."""
        number = self.pick(which, self.oracle.bookings, lambda one: one.active)
        if number is None:
            return
        to = self.hosts[host]
        found = self.oracle.reassign(number, to, self.hosts[:2])
        act = (actions.reassign, self.booking_ids[number - 1], to, self.hosts[0], self.oracle.now)
        self._rearrange(found, *act) if isinstance(found, list) else self.write(found, *act)

    @rule(host=st.integers(0, 2), minutes=st.sampled_from([-15, 15, 20]))
    def shift(self, host: int, minutes: int) -> None:
        """Move everything of a host that has not begun."""
        self.oracle.changed = False
        step = timedelta(minutes=minutes)
        moving = [
            Moving(one.old, self._later(one, step), one.bookings, one.alone)
            for one in self.oracle.of_host(self.hosts[host])
        ]
        with self.database.read() as session:
            whose = {"host_id": self.hosts[host]}
            changes = queries.slots_to_change(session, self.oracle.now, FAR_AHEAD, self.oracle.now, **whose)
        assert [(c.slot_id, len(c.only)) for c in changes] == [(one.old, int(one.alone)) for one in moving]
        if moving:
            self._rearrange(moving, actions.shift, changes, minutes, self.hosts[0], "", self.oracle.now)

    def _later(self, one: Moving, step: timedelta) -> Any:
        one.new.start, one.new.end = one.new.start + step, one.new.end + step
        return one.new

    def _rearrange(self, moving: list[Moving], action: Any, *args: Any) -> None:
        """Carry a plan out, or see it refused; the new slots have the next numbers, in the order of the plan."""
        refusal = self.oracle.rearrange(moving)
        with self.database.read() as session:
            last = session.scalars(select(models.Slot.id).order_by(models.Slot.id.desc()).limit(1)).one()
        self.write(refusal, action, *args)
        if refusal is not None:
            return
        with self.database.read() as session:
            new = session.scalars(select(models.Slot.id).where(models.Slot.id > last).order_by(models.Slot.id)).all()
        assert len(new) == len(moving)
        self.oracle.carry_out(moving, lambda place: new[place])


def live(app: Flask, examples: int, steps: int) -> None:
    """Live through that many histories."""
    History.database = db.of(app)
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    run_state_machine_as_test(History, settings=chosen)


def test_random_histories_go_as_the_oracle_says(app_on_both: Flask) -> None:
    live(app_on_both, 8, 40)


@pytest.mark.soak
def test_random_histories_go_as_the_oracle_says_for_long(app_on_both: Flask) -> None:
    live(app_on_both, 850, 60)
