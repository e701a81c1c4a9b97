"""Numbers without gaps in the order of commits, however many write; and what is written is what was announced."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from fairapp import db
from fairapp.errors import Conflict
from fairapp.live import queries
from fairapp.live.actions import FairNews, OwnNews, announce
from fairapp.live.models import News, NewsCounter, PersonalNews
from tests import factories
from tests.live.telling import AT, say, teller
from tests.servers.app import ROOT, app_env

PROCESSES, EACH = 3, 60

# One of several processes that write. Every transaction stays open for a moment after it took its numbers.
WRITES = """
import random, sys, time
from sqlalchemy import insert, text
from fairapp.live.models import News
from tests.live.telling import AT, say, teller
url, fair_id, count, how = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]

def by_sequence(connection, pending):
    for item in pending:
        seq = connection.execute(text("SELECT nextval('numbers')")).scalar_one()
        connection.execute(insert(News).values(fair_id=fair_id, seq=seq, kind=item.kind, at=item.at, data=item.data))

def dawdle(connection, pending):
    time.sleep(random.uniform(0, 0.01))

with teller(url) as one:
    if how == "sequence":
        one.database.writer.last_writes[1] = by_sequence
    one.database.writer.last_writes.append(dawdle)
    for n in range(count):
        one.tell(fair_id, ("a", n), ("b", n))
"""


def seen_while_written(url: str, how: str) -> tuple[list[int], list[int]]:
    """Let processes write, and tail the rows meanwhile as the hub does; return the numbers read, and those in the table."""
    with teller(url) as reader:
        fair_id = reader.make_fair()
        if how == "sequence":
            reader.database.write(lambda session: session.execute(text("CREATE SEQUENCE numbers")) and None)
        command = [sys.executable, "-c", WRITES, url, str(fair_id), str(EACH), how]
        env = app_env({}) | {"PYTHONPATH": str(ROOT)}
        writers = [subprocess.Popen(command, env=env, cwd=ROOT) for _ in range(PROCESSES)]
        seen: list[int] = []
        ended = False
        while not ended:
            ended = all(writer.poll() is not None for writer in writers)
            with reader.database.read() as session:
                after = seen[-1] if seen else 0
                seen += [item["seq"] for item in queries.news_after(session, fair_id, after, 10**9)]
            time.sleep(0.002)
        assert [writer.returncode for writer in writers] == [0] * PROCESSES
        with reader.database.read() as session:
            return seen, list(session.scalars(select(News.seq).where(News.fair_id == fair_id).order_by(News.seq)))


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_processes_that_write_at_once_leave_no_gap_and_the_tailer_misses_none(
    kind: str, make_url_of: Callable[[str], str]
) -> None:
    seen, kept = seen_while_written(make_url_of(kind), "counter")
    assert kept == list(range(1, 2 * PROCESSES * EACH + 1))
    assert seen == kept


def test_with_a_sequence_the_tailer_would_miss_some(make_url_of: Callable[[str], str]) -> None:
    """The control: the same writers, numbered by a sequence, commit 8 before 7, and who tails never sees 7."""
    seen, kept = seen_while_written(make_url_of("postgresql"), "sequence")
    assert len(kept) == 2 * PROCESSES * EACH
    assert set(kept) - set(seen), "the test could not tell a good numbering from a bad one"


def test_threads_that_write_at_once_leave_no_gap(app_on_both: Flask) -> None:
    database = db.of(app_on_both)
    fairs = [database.write(lambda session: factories.make_fair(session).id) for _ in range(3)]

    def tell(n: int) -> None:
        def act(session: Session) -> None:
            for fair_id in (fairs[n % 3], fairs[(n + 1) % 3]):
                say(session, fair_id, [("a", n)])
            if n % 7 == 0:
                raise Conflict

        if n % 7 == 0:
            with pytest.raises(Conflict):
                database.write(act)
        else:
            database.write(act)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(tell, range(210)))
    with database.read() as session:
        for fair_id in fairs:
            kept = list(session.scalars(select(News.seq).where(News.fair_id == fair_id).order_by(News.seq)))
            assert kept == list(range(1, 121))
            assert session.get_one(NewsCounter, fair_id).seq == 120


def test_news_of_a_group_is_numbered_fair_by_fair_and_person_by_person(app_on_both: Flask) -> None:
    database = db.of(app_on_both)
    held = threading.Event()
    fair_id, other_id, account_id = database.write(
        lambda session: (
            factories.make_fair(session).id,
            factories.make_fair(session).id,
            factories.make_account(session).id,
        )
    )

    def act(session: Session, n: int) -> None:
        mine = OwnNews(account_id, "booking.confirmed", AT, {"n": n}, fair_id)
        announce(session, [FairNews(other_id, "notice", AT, {"n": n}), mine, FairNews(fair_id, "notice", AT, {"n": n})])

    with ThreadPoolExecutor(10) as pool:
        pool.submit(database.write, lambda session: held.wait(5))
        told = [pool.submit(database.write, act, n) for n in range(9)]
        held.set()
        for future in told:
            future.result()
    with database.read() as session:
        for table, whose in ((News, News.fair_id == fair_id), (PersonalNews, PersonalNews.account_id == account_id)):
            rows: Any = session.scalars(select(table).where(whose).order_by(table.seq)).all()
            assert [row.seq for row in rows] == list(range(1, 10))
            assert {row.data["n"] for row in rows} == set(range(9))


def test_what_is_undone_is_not_told(app_on_both: Flask) -> None:
    database = db.of(app_on_both)
    fair_id = database.write(lambda session: factories.make_fair(session).id)

    def act(session: Session) -> None:
        say(session, fair_id, [("a", 1)])
        raise Conflict

    with pytest.raises(Conflict):
        database.write(act)
    with database.read() as session:
        assert queries.heads(session, [fair_id]) == {fair_id: 0}
        assert queries.news_after(session, fair_id, 0, 10) == []
