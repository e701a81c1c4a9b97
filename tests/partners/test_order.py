"""Changes are numbered in the order of commits: a reader who goes on from a number never misses one that came late."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp import create_app, db
from fairapp.booths import actions as booths
from fairapp.booths.models import ListingHistory
from fairapp.partners import actions, jobs, queries
from fairapp.partners.models import Change, PublicListing
from tests.casting import Cast
from tests.conftest import BOTH, settings_for
from tests.factories import NOW, make_booth, make_fair
from tests.partners.conftest import published
from tests.partners.test_changes import assert_told_is_visible, fields

WRITERS, LISTINGS = 3, 12  # of each writer, over three fairs


def write_some(app: Flask, booth_ids: list[int], chance: int) -> None:
    """Open listings in turn at the booths, change some, close some."""
    for n in range(LISTINGS):
        booth = booth_ids[(n + chance) % len(booth_ids)]
        made = db.of(app).write(booths.open_listing, booth, fields(title=f"{chance} {n}"), None, NOW)
        if n % 3 == 0:
            db.of(app).write(booths.edit_listing, made, 1, fields(title="바뀜"), None, NOW)
        if n % 4 == 0:
            db.of(app).write(booths.close_listing, made, None, NOW)


class Reader:
    """Follows the changes like a partner, and keeps what they make of listings, and every number it was given."""

    def __init__(self, app: Flask) -> None:
        self.app, self.seen, self.listings = app, list[int](), dict[int, Any]()
        self.cursor = queries.START

    def follow(self) -> None:
        """Read what is new."""
        more = True
        while more:
            with db.of(self.app).read() as session:
                part = queries.changes_after(session, self.cursor, 7)
            assert not part.reset
            self.cursor, more = part.cursor, part.more
            for row in part.rows:
                self.seen.append(row.seq)
                if row.kind == "listing.closed":
                    del self.listings[row.listing_id]
                elif row.listing_id is not None:
                    self.listings[row.listing_id] = row.data


@pytest.mark.parametrize("kind", BOTH)
def test_writers_and_two_publishers_at_once_leave_no_gap_and_lose_nothing(
    make_url_of: Callable[[str], str], kind: str
) -> None:
    apps = [create_app(settings_for(make_url_of(kind)))]
    apps += [create_app(settings_for(apps[0].config["SETTINGS"].database_url)) for _ in range(2)]
    first = db.of(apps[0])
    booth_ids = first.write(lambda session: [make_booth(session, fair_id=make_fair(session).id).id for _ in range(3)])
    done = threading.Event()
    readers = [Reader(app) for app in apps[:2]]

    def publish(app: Flask) -> None:
        with app.app_context():
            while not done.is_set():
                jobs.publish(NOW)

    def read(reader: Reader) -> None:
        while not done.is_set():
            reader.follow()

    with ThreadPoolExecutor(8) as pool:
        others = [pool.submit(publish, app) for app in apps[:2]] + [pool.submit(read, one) for one in readers]
        writers = [pool.submit(write_some, apps[n % 3], booth_ids, n) for n in range(WRITERS)]
        try:
            for one in writers:
                one.result()
        finally:
            done.set()
        for one in others:
            one.result()
    with apps[0].app_context():
        published()
        assert_told_is_visible(apps[0])
    for reader in readers:
        reader.follow()
        assert reader.seen == list(range(1, len(reader.seen) + 1))
        with first.read() as session:
            told = {row.listing_id: row.data for row in session.scalars(select(PublicListing))}
        assert reader.listings == told
    assert len(told) == WRITERS * LISTINGS * 3 // 4
    for app in apps:
        db.of(app).close()


def test_a_slow_transaction_is_passed_by_and_then_told(app_on_both: Flask, cast_on_both: Cast) -> None:
    """One opens a listing and takes its time: what commits meanwhile is told, then the slow one, with a higher number."""
    app, cast = app_on_both, cast_on_both
    if db.of(app).sqlite:
        pytest.skip("SQLite has one writer at a time: nobody commits meanwhile")
    published()
    other = db.of(app).write(lambda session: make_booth(session, fair_id=make_fair(session).id).id)
    published()
    writing, go_on = threading.Event(), threading.Event()
    slow_app = create_app(app.config["SETTINGS"])

    def slowly(session: Session) -> int:
        made = booths.open_listing(session, cast.booth, fields(title="느린 공고"), None, NOW)
        writing.set()
        assert go_on.wait(30)
        return made

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(db.of(slow_app).write, slowly)
        assert writing.wait(30)
        quick = db.of(app).write(booths.open_listing, other, fields(title="빠른 공고"), None, NOW)
        published()
        reader = Reader(app)
        reader.follow()
        assert quick in reader.listings
        go_on.set()
        late = slow.result()
    # Negative control: by the history's own ids, which are given when a row is written, it would have been missed.
    with db.of(app).read() as session:
        ids = dict(session.execute(select(ListingHistory.listing_id, ListingHistory.id)).all())
    assert ids[late] < ids[quick]
    before = len(reader.seen)
    published(NOW + timedelta(seconds=1))
    reader.follow()
    assert late in reader.listings
    assert reader.seen[before:] == [before + 1]
    db.of(slow_app).close()


def test_whoever_numbers_waits_for_who_is_numbering(app_on_both: Flask, cast_on_both: Cast) -> None:
    """Two write changes at once: the second gets the counter only when the first has committed."""
    app, cast = app_on_both, cast_on_both
    published()
    second = create_app(app.config["SETTINGS"])
    db.of(app).write(booths.open_listing, cast.booth, fields(), None, NOW)
    holding, go_on = threading.Event(), threading.Event()

    def hold(session: Session) -> int:
        written = actions.publish(session, NOW)
        holding.set()
        assert go_on.wait(30)
        return written

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(db.of(app).write, hold)
        assert holding.wait(30)
        two = pool.submit(db.of(second).write, actions.publish, NOW)
        go_on.set()
        assert (one.result(), two.result()) == (1, 0)
    with db.of(app).read() as session:
        assert list(session.scalars(select(Change.seq).order_by(Change.seq))) == [1, 2]
    db.of(second).close()
