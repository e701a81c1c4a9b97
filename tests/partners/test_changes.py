"""What partners are told: every change of what is visible, once, in one order, and nothing that is not."""

from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from fairapp import db
from fairapp.booths import actions as booths
from fairapp.booths import queries as booth_queries
from fairapp.booths.rules import ListingFields
from fairapp.employers import actions as employers
from fairapp.employers import rules as employer_rules
from fairapp.employers.models import Employer
from fairapp.fairs.jobs import tell_phases
from fairapp.fairs.models import Fair
from fairapp.partners import actions, jobs, queries
from fairapp.partners.models import Change, ChangeCounter, FairRead, PublicListing
from tests.casting import Cast, change_fair
from tests.factories import NOW, make_booth, make_fair, make_listing
from tests.partners.conftest import published

DAY = timedelta(days=1)


def told(app: Flask, after: int = 0) -> list[tuple[str, int | None]]:
    """Return kind and listing of the changes after a number."""
    with db.of(app).read() as session:
        rows = session.execute(select(Change).where(Change.seq > after).order_by(Change.seq)).scalars()
        return [(row.kind, row.listing_id) for row in rows]


def fields(**changes: Any) -> ListingFields:
    """Return what a recruiter says of a listing."""
    known = {"title": "영업", "opens_at": NOW - DAY, "closes_at": NOW + DAY, "occupation": "0231", "region": "27290"}
    known |= {"employment_type": "regular"}
    return ListingFields(**known | changes)


def assert_told_is_visible(app: Flask, now: Any = NOW) -> None:
    """See that what partners were told of last is what the gate shows."""
    with db.of(app).read() as session:
        shown = {
            row.id
            for fair in session.scalars(select(Fair.id))
            for row in booth_queries.visible_listings(session, fair, now, limit=5000)
        }
        assert set(session.scalars(select(PublicListing.listing_id))) == shown
        for fair in session.scalars(select(Fair.id)):
            assert queries.differing(session, fair, now, 0)[0] == []


def test_what_a_recruiter_does_is_told_once_with_the_whole_listing(app_on_both: Flask, cast_on_both: Cast) -> None:
    app, cast = app_on_both, cast_on_both
    published()
    assert told(app) == [("listing.opened", cast.listing)]
    made = db.of(app).write(booths.open_listing, cast.booth, fields(), None, NOW)
    assert published() == 1
    db.of(app).write(booths.edit_listing, made, 1, fields(title="영업 관리"), None, NOW)
    published()
    db.of(app).write(booths.close_listing, made, None, NOW)
    published()
    assert told(app, 1) == [("listing.opened", made), ("listing.changed", made), ("listing.closed", made)]
    assert published() == 0
    with db.of(app).read() as session:
        opened, changed, closed = (session.get_one(Change, n).data for n in (2, 3, 4))
    assert (opened["title"], changed["title"], opened["salary"]) == (
        "영업",
        "영업 관리",
        {"min": None, "max": None, "period": None},
    )
    assert closed == {"booth": str(cast.booth)}
    assert_told_is_visible(app)


def test_a_booth_takes_its_listings_with_it_and_brings_them_back(app_on_both: Flask, cast_on_both: Cast) -> None:
    app, cast = app_on_both, cast_on_both
    second = db.of(app).write(booths.open_listing, cast.booth, fields(), None, NOW)
    published()
    before = len(told(app))
    db.of(app).write(employers.unverify_employers, [cast.employer], NOW)
    published()
    gone = [("listing.closed", cast.listing), ("listing.closed", second)]
    assert told(app, before) == [("booth.closed", None), *gone]
    db.of(app).write(employers.verify_employers, [cast.employer], None, NOW)
    published()
    back = [("listing.opened", cast.listing), ("listing.opened", second)]
    assert told(app, before + 3) == [("booth.opened", None), *back]
    assert_told_is_visible(app)


def test_what_nobody_could_see_is_not_told(app: Flask, cast: Cast) -> None:
    published()
    hidden = db.of(app).write(make_booth, status="applied").id
    listing = db.of(app).write(booths.open_listing, hidden, fields(), None, NOW)
    db.of(app).write(booths.close_listing, listing, None, NOW)
    assert published() == 0
    opened = db.of(app).write(booths.open_listing, cast.booth, fields(), None, NOW)
    db.of(app).write(booths.close_listing, opened, None, NOW)
    assert published() == 0  # it came and went between two looks: nobody was told, nobody has to be


def test_time_alone_closes_a_listing_and_the_list_does_not_wait_for_that(app: Flask, cast: Cast) -> None:
    published()
    later = NOW + 2 * DAY
    with db.of(app).read() as session:
        assert [row.listing_id for row in queries.public_listings(session, later - timedelta(seconds=1))] == [
            cast.listing
        ]
        assert queries.public_listings(session, later) == []
    assert jobs.publish(later) == 1
    assert told(app, 1) == [("listing.closed", cast.listing)]
    assert jobs.publish(later) == 0
    assert_told_is_visible(app, later)


def test_an_intent_that_is_confirmed_again_is_told_before_the_listing_would_lapse(app: Flask, cast: Cast) -> None:
    far = {"closes_at": NOW + 30 * DAY, "booth_id": cast.booth}
    listing = db.of(app).write(lambda session: make_listing(session, **far).id)
    published()
    with db.of(app).read() as session:
        until = session.get_one(PublicListing, listing).until
    assert until == NOW + 7 * DAY
    db.of(app).write(booths.confirm_intent, [cast.booth], NOW + 5 * DAY)
    assert jobs.publish(NOW + 5 * DAY) == 1  # the other listing, whose own time was up after two days
    assert jobs.publish(until - timedelta(minutes=1)) == 1
    with db.of(app).read() as session:
        assert session.get_one(PublicListing, listing).until == NOW + 12 * DAY
    assert told(app)[-1] == ("listing.changed", listing)
    assert jobs.publish(until) == 0


def test_a_new_name_of_an_employer_is_told_with_each_of_its_listings(app: Flask, cast: Cast) -> None:
    published()
    with db.of(app).read() as session:
        kept = session.get_one(Employer, cast.employer)
        named = {name: getattr(kept, name) for name in employer_rules.EmployerFields.__slots__}
    renamed = employer_rules.EmployerFields(**named | {"name_en": "Myungsung"})
    db.of(app).write(employers.edit_employer, cast.employer, kept.rev, renamed, NOW)
    assert published() == 1
    with db.of(app).read() as session:
        assert session.get_one(Change, 2).data["employer_name_en"] == "Myungsung"
    assert_told_is_visible(app)


def test_whatever_was_missed_is_found_by_comparing(app_on_both: Flask, cast_on_both: Cast) -> None:
    """A change behind the back of every action: no news tells of it."""
    app, cast = app_on_both, cast_on_both
    published()
    change_fair(app, cast.fair, announced_at=None)
    assert jobs.publish(NOW) == 0
    assert jobs.compare(NOW + timedelta(minutes=9)) == 0
    assert jobs.compare(NOW + timedelta(minutes=10)) == 1
    assert told(app, 1) == [("listing.closed", cast.listing)]
    assert_told_is_visible(app)


def test_more_than_fits_into_one_part_is_compared_and_told_whole(app: Flask, cast: Cast) -> None:
    def many(session: Session) -> None:
        for _ in range(1203):
            make_listing(session, booth_id=cast.booth)

    db.of(app).write(many)
    published()
    assert len(told(app)) == 1204
    assert_told_is_visible(app)


def test_a_fair_s_phase_is_told_and_one_that_was_there_before_is_read_from_now_on(app: Flask, cast: Cast) -> None:
    published()
    later = NOW + 3 * DAY
    tell_phases(later)
    jobs.publish(later)
    phases = [(kind, one) for kind, one in told(app) if kind == "fair.phase"]
    assert phases == [("fair.phase", None)] * 2  # daegu and busan
    with db.of(app).read() as session:
        assert session.scalar(select(func.count()).select_from(FairRead)) == 2


def test_a_cursor_gives_what_came_after_it_in_parts(app: Flask, cast: Cast) -> None:
    published()
    with db.of(app).read() as session:
        start = queries.head(session)
    made = [db.of(app).write(booths.open_listing, cast.booth, fields(), None, NOW) for _ in range(5)]
    published()
    with db.of(app).read() as session:
        first = queries.changes_after(session, start, 3)
        second = queries.changes_after(session, first.cursor, 3)
        third = queries.changes_after(session, second.cursor, 3)
    assert [row.listing_id for row in (*first.rows, *second.rows)] == made
    assert [(part.more, part.reset) for part in (first, second, third)] == [
        (True, False),
        (False, False),
        (False, False),
    ]
    assert (list(third.rows), third.cursor) == ([], second.cursor)


def test_a_cursor_that_is_too_old_or_of_another_life_of_the_database_means_starting_anew(
    app: Flask, cast: Cast
) -> None:
    published()
    with db.of(app).read() as session:
        start = queries.head(session)
    made = [db.of(app).write(booths.open_listing, cast.booth, fields(), None, NOW) for _ in range(3)]
    published()
    assert len(made) == 3

    def resets(cursor: queries.Cursor) -> bool:
        with db.of(app).read() as session:
            return queries.changes_after(session, cursor, 10).reset

    assert not resets(start)
    assert not resets((0, 0))
    assert resets((start[0], start[1] + 1))
    assert resets((10**6, 0))
    with db.of(app).read() as session:
        last = queries.head(session)
    assert jobs.forget_changes(NOW + 31 * DAY) == last[0] - 1  # never the last: it is the cursor of who has all
    assert (resets(start), resets((0, 0)), resets(last)) == (True, True, False)


def test_the_list_and_its_cursor_belong_together_whatever_happens_between_its_pages(app: Flask, cast: Cast) -> None:
    """A partner reads page by page while listings come, change and go; then the changes after the first page's cursor."""
    for _ in range(6):
        db.of(app).write(booths.open_listing, cast.booth, fields(), None, NOW)
    published()
    mirror: dict[int, Any] = {}
    with db.of(app).read() as session:
        cursor = queries.head(session)
    reached = 0
    while True:
        with db.of(app).read() as session:
            rows = queries.public_listings(session, NOW, after=reached, limit=2)[:2]
        if not rows:
            break
        mirror |= {row.listing_id: row.data for row in rows}
        reached = rows[-1].listing_id
        db.of(app).write(booths.close_listing, rows[0].listing_id, None, NOW)
        if len(mirror) < 5:
            db.of(app).write(booths.open_listing, cast.booth, fields(), None, NOW)
        published()
    with db.of(app).read() as session:
        after = queries.changes_after(session, cursor, 200)
        for row in after.rows:
            if row.kind == "listing.closed":
                mirror.pop(row.listing_id, None)
            elif row.listing_id is not None:
                mirror[row.listing_id] = row.data
        kept = {row.listing_id: row.data for row in session.scalars(select(PublicListing))}
    assert mirror == kept
    assert_told_is_visible(app)


def test_numbers_have_no_gaps_and_the_counter_is_the_last(app: Flask, cast: Cast) -> None:
    for _ in range(4):
        db.of(app).write(booths.open_listing, cast.booth, fields(), None, NOW)
        published()
    with db.of(app).read() as session:
        assert list(session.scalars(select(Change.seq).order_by(Change.seq))) == [1, 2, 3, 4, 5]
        assert session.scalar(select(ChangeCounter.seq)) == 5


def test_other_fairs_are_read_while_one_has_more_news_than_fits(app: Flask, cast: Cast, monkeypatch: Any) -> None:
    published()
    monkeypatch.setattr(queries.changes, "AT_ONCE", 3)
    monkeypatch.setattr(actions.changes.rules, "AT_ONCE", 3)
    other = db.of(app).write(lambda session: make_booth(session, fair_id=make_fair(session).id).id)
    made = [db.of(app).write(booths.open_listing, booth, fields(), None, NOW) for booth in (cast.booth, other) * 4]
    published()
    opened = [one for kind, one in told(app, 1) if kind == "listing.opened"]
    assert sorted(opened) == sorted(made)
    with db.of(app).read() as session:
        assert queries.unread(session) == {}


def test_the_audit_sees_what_partners_could_not_have_been_told(app: Flask, cast: Cast) -> None:
    for _ in range(3):
        db.of(app).write(booths.open_listing, cast.booth, fields(), None, NOW)
    published()

    def found() -> list[str]:
        with db.of(app).read() as session:
            return sorted(sentence.partition(":")[0] for sentence in queries.breaches(session))

    assert found() == []
    db.of(app).write(lambda session: session.execute(update(PublicListing).values(seq=2)))
    assert found() == ["listing 1", "listing 1", "listing 2", "listing 4", "listing 4"]
    db.of(app).write(lambda session: session.execute(delete(Change).where(Change.seq == 3)))
    assert "changes" in found()
    db.of(app).write(lambda session: session.execute(update(FairRead).values(seq=10**6)))
    assert f"fair {cast.fair}" in found()
