"""Random histories of counsellors and people: after each step one counsellor each, nobody over a limit, nothing lost."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from fairapp import db
from fairapp.errors import AppError, NotFound
from fairapp.programmes import actions, queries, rules
from fairapp.programmes.models import Assignment, CaseNote, Participation, StageStep
from tests.factories import NOW
from tests.programmes.cast import Cast, make_cast

people, staff = st.integers(0, 3), st.integers(0, 2)


class Way(RuleBasedStateMachine):
    """Organizer, counsellors and seekers do what they may, in any order."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self.cast = Cast(app, **db.of(app).write(make_cast))
        self.now = NOW
        self.limits = dict.fromkeys(self.cast.counsellors, 60)
        self.had: dict[int, int] = {}  # people when the limit was lowered: nobody is taken away by it
        self.seen: dict[str, set[Any]] = {"steps": set(), "assignments": set(), "notes": set()}
        self.private: list[tuple[int, int]] = []  # note, author

    def do(self, action: Any, *args: Any, **more: Any) -> Any:
        """Do it a minute later; what is refused changes nothing, which the invariants see."""
        self.now += timedelta(minutes=1)
        try:
            return self.cast.write(action, *args, **more)
        except AppError:
            return None

    def case(self, who: int) -> Assignment | None:
        """Return who counsels the person."""
        found: Assignment | None = self.cast.read(queries.open_assignment, self.cast.agency, self.cast.seekers[who])
        return found

    @rule(who=people)
    def assign(self, who: int) -> None:
        """Ask for a counsellor."""
        self.do(actions.assign, self.cast.agency, self.cast.seekers[who], self.now)

    @rule(who=people)
    def release(self, who: int) -> None:
        """Stop being counselled."""
        self.do(actions.release, self.cast.agency, self.cast.seekers[who], "over", self.now)

    @rule(which=staff, limit=st.integers(0, 3))
    def limit(self, which: int, limit: int) -> None:
        """Set a limit."""
        counsellor = self.cast.counsellors[which]
        self.limits[counsellor] = limit
        self.had[counsellor] = self.loads().get(counsellor, 0)
        self.do(actions.set_limit, self.cast.agency, counsellor, limit, self.cast.organizer, self.now)

    @rule(which=staff, away=st.booleans())
    def leave(self, which: int, away: bool) -> None:
        """Leave, or come back."""
        first = rules.day_of(self.now) if away else None
        given = (self.cast.agency, self.cast.counsellors[which], first, None, self.cast.organizer)
        self.do(actions.set_absence, *given, self.now)

    @rule(who=people, to=st.none() | staff)
    def hand(self, who: int, to: int | None) -> None:
        """Hand somebody over."""
        case = self.case(who)
        if case is not None:
            receiver = None if to is None else self.cast.counsellors[to]
            given = self.do(actions.hand_over, case.id, "까닭", self.cast.organizer, self.now, to=receiver)
            if given is not None:  # the old one is out at once
                with pytest.raises(NotFound):
                    self.cast.read(queries.case_of, case.id, case.counsellor_id, [self.cast.agency])

    @rule(who=people, private=st.booleans())
    def note(self, who: int, private: bool) -> None:
        """Write a note about somebody whom one counsels."""
        case = self.case(who)
        if case is not None:
            given = (self.cast.agency, case.seeker_id, case.counsellor_id, "말", self.now)
            made = self.do(actions.write_note, *given, private=private, contact=None if private else "call")
            if private:
                self.private.append((made, case.counsellor_id))

    @rule(who=people, what=st.sampled_from(["begin", "move", "skip", "pause", "resume", "end"]), to=st.integers(0, 5))
    def walk(self, who: int, what: str, to: int) -> None:
        """Take a step on the way."""
        by, seeker = self.cast.counsellors[0], self.cast.seekers[who]
        way = self.cast.read(queries.participation_of, self.cast.agency, seeker)
        if what == "begin":
            self.do(actions.begin, self.cast.programme, seeker, by, self.now)
        elif way is not None and what in ("move", "skip"):
            self.do(actions.move, way.id, to, by, self.now, why="까닭" if what == "skip" else "")
        elif way is not None and what == "pause":
            self.do(actions.pause, way.id, by, self.now, why="쉼")
        elif way is not None:
            more = ("job",) if what == "end" else ()
            self.do(getattr(actions, what), way.id, *more, by, self.now)

    def loads(self) -> dict[int, int]:
        """Return how many people each counsellor has."""
        found = (
            select(Assignment.counsellor_id, func.count())
            .where(Assignment.agency_id == self.cast.agency, Assignment.ended_at.is_(None))
            .group_by(Assignment.counsellor_id)
        )
        return {row[0]: row[1] for row in self.cast.read(lambda s: s.execute(found).all())}

    @invariant()
    def nobody_is_over_the_limit(self) -> None:
        """A counsellor has at most her limit, or what she had when it was lowered."""
        for counsellor, people in self.loads().items():
            assert people <= max(self.limits[counsellor], self.had.get(counsellor, 0))

    @invariant()
    def nobody_waits_while_there_is_room(self) -> None:
        """Whoever waits has no counsellor, and nobody who is there has room."""
        waiting = [row.seeker_id for row in self.cast.read(queries.waiting, self.cast.agency)]
        assert all(self.cast.read(queries.open_assignment, self.cast.agency, one) is None for one in waiting)
        there = self.cast.read(queries.present, self.cast.agency, rules.day_of(self.now))
        assert not waiting or not any(load.free for load in there)

    @invariant()
    def nothing_is_lost(self) -> None:
        """Histories only grow, and the audit has nothing to say."""
        now = {
            "steps": select(StageStep.id, StageStep.what, StageStep.stage, StageStep.at, StageStep.why),
            "assignments": select(Assignment.id, Assignment.seeker_id, Assignment.counsellor_id, Assignment.began_at),
            "notes": select(CaseNote.id, CaseNote.text, CaseNote.author_id, CaseNote.at),
        }
        for name, statement in now.items():
            rows = {tuple(row) for row in self.cast.read(lambda s, one=statement: s.execute(one).all())}
            assert self.seen[name] <= rows
            self.seen[name] = rows
        assert self.cast.read(queries.breaches) == []

    @invariant()
    def private_notes_stay_private(self) -> None:
        """No counsellor reads another's private note."""
        for reader in self.cast.counsellors:
            for seeker in self.cast.seekers:
                shown = self.cast.read(queries.notes_of, self.cast.agency, seeker, reader)
                assert all(row.author_id == reader for row in shown if row.private)

    @invariant()
    def one_course_at_a_time(self) -> None:
        """A person is in at most one course."""
        going = select(Participation.seeker_id).where(Participation.ended_at.is_(None))
        rows = self.cast.read(lambda s: s.scalars(going.where(Participation.agency_id == self.cast.agency)).all())
        assert len(rows) == len(set(rows))


@pytest.mark.slow
def test_any_history_keeps_the_promises(app_on_both: Flask) -> None:
    chosen = settings(
        max_examples=5,
        stateful_step_count=20,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(lambda: Way(app_on_both), settings=chosen)
