"""Two of an employer apply for a booth, or an organizer invites it, at the very moment in which the other does."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from fairapp import create_app, db
from fairapp.booths import actions, rules
from fairapp.booths.models import Booth
from tests.concurrency.test_calls import somebody_waits
from tests.conftest import settings_for
from tests.factories import NOW, make_employer, make_fair


def made(session: Session) -> tuple[int, int]:
    """Return a fair and an employer without a booth."""
    return make_fair(session).id, make_employer(session).id


@pytest.mark.parametrize("what", ["apply", "invite"])
def test_the_second_finds_what_the_first_has_done(make_url_of: Callable[[str], Any], what: str) -> None:
    app = create_app(settings_for(make_url_of("postgresql")))
    with app.app_context():
        database = db.of(app)
        fair, employer = database.write(made)
        theirs = {"fair_id": fair, "employer_id": employer, "status": "applied", "applied_at": NOW}
        with database.write_engine.connect() as other, ThreadPoolExecutor(1) as pool:
            other.execute(insert(Booth).values(theirs))
            if what == "apply":
                second = pool.submit(database.write, actions.apply_for_booth, fair, employer, NOW)
            else:
                second = pool.submit(database.write, actions.invite, fair, [employer], None, NOW)
            with database.read_engine.connect() as watching:
                waited = threading.Event()
                while not somebody_waits(watching) and not second.done():
                    waited.wait(0.01)
            other.commit()
            if what == "apply":
                with pytest.raises(rules.AlreadyApplied):
                    second.result(20)
            else:
                assert second.result(20) == 0
        with database.read() as session:
            assert session.scalars(select(Booth.status)).all() == ["applied"]
        database.close()
