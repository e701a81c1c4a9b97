"""What an earlier domain needs of a later one: hooks that it declares and that are filled here, once, at the start."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import datetime

from flask import Flask
from sqlalchemy.orm import Session

from fairapp import clock, db, mail
from fairapp.accounts import actions as accounts
from fairapp.accounts import guards
from fairapp.accounts import pushes as account_pushes
from fairapp.accounts import queries as account_queries
from fairapp.accounts.models import secret_hash
from fairapp.accounts.queries import Organisation, caller_by_token, organisation_names, resource_ids
from fairapp.accounts.rules import Partner
from fairapp.agencies.queries import agency_names, givers_of_trainees
from fairapp.appending import write_rows
from fairapp.booths import actions as booths
from fairapp.booths import pushes as booth_pushes
from fairapp.booths import queries as booth_queries
from fairapp.coaching import actions as coaching_actions
from fairapp.coaching import queries as coaching_queries
from fairapp.coaching.actions import COACHING, GROUP
from fairapp.employers import actions as employers
from fairapp.employers.queries import employers_by_id
from fairapp.errors import Busy, NotFound, NotSignedIn
from fairapp.fairs import actions as fairs
from fairapp.fairs import queries as fair_queries
from fairapp.fairs import rules as fair_rules
from fairapp.interviews import actions as interviews
from fairapp.interviews import pushes as interview_pushes
from fairapp.interviews import queries as interview_queries
from fairapp.live import queries as live_queries
from fairapp.live.actions import notify, write_letters, write_news
from fairapp.live.hub import sockets
from fairapp.outcomes import actions as outcomes
from fairapp.outcomes import pushes as outcome_pushes
from fairapp.outcomes import queries as outcome_queries
from fairapp.partners import actions as partners
from fairapp.partners import pushes as partner_pushes
from fairapp.partners import queries as partner_queries
from fairapp.partners.rules import is_use_to_be_noted
from fairapp.programmes import actions as programmes
from fairapp.programmes import pushes as programme_pushes
from fairapp.programmes import queries as programme_queries
from fairapp.scheduling import actions as scheduling
from fairapp.scheduling import pushes as scheduling_pushes
from fairapp.scheduling import queries as scheduling_queries
from fairapp.scheduling.rules import kinds
from fairapp.trace import write_traces
from fairapp.visits import actions as visits
from fairapp.visits import pushes as visit_pushes
from fairapp.visits import queries as visit_queries


def identify(token: str | None) -> guards.Caller | None:
    """Return who connects a socket: by token, else by the cookie of the request; NotSignedIn for a bad token."""
    if token is None:
        return guards.caller()
    with db.read() as session:
        facts = caller_by_token(session, secret_hash(token), clock.now())
    if facts is None:
        raise NotSignedIn
    return guards.Caller(**facts)


def employer_names(session: Session, ids: Collection[int]) -> Mapping[int, Organisation]:
    """Return the names of employers by id, for accounts, which come before them."""
    return {found.id: Organisation(found.name, found.name_en) for found in employers_by_id(session, ids)}


def visible_fair(session: Session, ref: str, caller: guards.Caller | None, now: datetime) -> int | None:
    """Return the id of the fair whose news the caller may follow, by id or slug."""
    try:
        fair = fair_queries.get_fair(session, ref)
        fair_rules.check_sees(caller, fair, fair.agency_id, now)
    except NotFound:
        return None
    return fair.id


def _rights(app: Flask) -> None:
    """Fill the hooks by which every domain erases and tells what it keeps about a person."""
    accounts.erasers[:] = [
        booths.erase_person,
        scheduling.erase_person,
        coaching_actions.erase_person,
        outcomes.erase_person,
        partners.erase_person,
        programmes.erase_person,
    ]
    accounts.clocks.update(
        booking_words=scheduling.forget_words,
        session_notes=coaching_actions.forget_notes,
        counselling=programmes.forget_counselling,
        partner_files=partners.forget_files,
        refused_rows=partners.forget_refused,
        partner_records=partners.forget_records,
        corrections=partners.forget_corrections,
        disputes=lambda session, before: (
            booths.forget_reports(session, before) or outcomes.forget_disputes(session, before)
        ),
    )
    accounts.receipts_wait[:] = [outcomes.forget_paper_duties]
    accounts.leavers[:] = [scheduling.leave_all]
    account_queries.tellers[:] = [
        booth_queries.told_of,
        scheduling_queries.told_of,
        coaching_queries.told_of,
        outcome_queries.told_of,
        visit_queries.told_of,
        partner_queries.told_of,
        programme_queries.told_of,
    ]
    account_queries.other_looks[:] = [outcome_queries.looks_at]
    account_queries.engagements[:] = [scheduling_queries.is_engaged]
    account_queries.duties[:] = [scheduling_queries.hosting_duties]


def partner_by_key(secret: str, now: datetime) -> Partner | None:
    """Return the partner whose key this is, and note the use now and then; nobody's call waits for a busy database."""
    with db.glance() as reading:
        found = partner_queries.partner_by_key(reading, secret_hash(secret), now)
    if found is not None and is_use_to_be_noted(found.used_at, now):
        with suppress(Busy):
            db.write(partners.note_use, found.key_id, now)
    return found


def connect(app: Flask) -> None:
    """Fill every hook."""
    kinds.update(interview=interviews.INTERVIEW, coaching=COACHING, group=GROUP)
    organisation_names.update(employer=employer_names, agency=agency_names)
    scheduling_queries.posts.update(interview=interview_queries.post, coaching=coaching_queries.post)
    accounts.after_registration[:] = [scheduling.make_person]
    fairs.after_room[:] = [scheduling.make_room]
    mail.renderers.update(account_pushes.RENDERERS | scheduling_pushes.LETTERS)
    mail.renderers.update(booth_pushes.LETTERS | interview_pushes.LETTERS | outcome_pushes.LETTERS)
    mail.renderers.update(partner_pushes.LETTERS | programme_pushes.LETTERS | visit_pushes.LETTERS)
    employers.after_verify[:] = [booths.tell_flips_of_employers]
    fairs.after_edit[:] = [booths.tell_flips_of_fair]
    fair_queries.counters.update(
        booths=booth_queries.booth_counts,
        listings=booth_queries.listing_counts,
        slots=scheduling_queries.free_counts,
        approved=booth_queries.approved_counts,
        unplaced=booth_queries.unplaced_counts,
        coaches=coaching_queries.coach_counts,
    )
    booth_queries.next_free_slots = scheduling_queries.next_free
    booth_queries.lines_of = scheduling_queries.lines_of
    fairs.bookings_outside[:] = [scheduling_queries.count_outside]
    booths.after_lapse[:] = [interviews.tell_lapsed]
    scheduling.place_rules[:] = [visits.check_place]
    scheduling_queries.absences[:] = [outcome_queries.count_absences]
    resource_ids[:] = [scheduling_queries.resources_of]
    _rights(app)
    partners.after_join[:] = [programmes.take_in]
    partners.after_correction[:] = [programmes.follow_correction]
    partners.without_consent[:] = [programmes.ask_those]
    programme_queries.partner_agencies[:] = [givers_of_trainees]
    guards.partners_by_key[:] = [partner_by_key]
    booth_queries.posting_of = partner_queries.posting_of
    booth_queries.source_names[:] = [partner_queries.names_of_sources]
    employers.after_edit[:] = [booths.index_employer, booths.tell_renamed]
    sockets.identify = identify
    live_queries.visible_fair = visible_fair
    db.of(app).writer.last_writes = [write_rows, write_letters, write_traces, write_news, notify]
