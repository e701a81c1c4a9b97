"""What partners told about the canary, and her way to a job: a record, a counsellor, a course, a plan, notes, a referral."""

from datetime import date, timedelta

from sqlalchemy import insert
from sqlalchemy.orm import Session

from fairapp.accounts.actions import give_consent
from fairapp.partners import actions as partners
from fairapp.partners.models import Record, RecordVersion
from fairapp.partners.rules import Contest, SourceFields, fingerprint
from fairapp.programmes import actions
from fairapp.programmes.rules import PoolFields
from tests.factories import NOW
from tests.outcomes.cast import Cast

MONTH = timedelta(days=30)


def plant_way(session: Session, cast: Cast, who: int, name: str, mail: str, phone: str, word: str) -> None:
    """Give the person all that these domains keep, in her words (`word` begins each)."""
    _tell(session, cast, who, name, mail, phone, word)
    agency, coach = cast.coach_agency, cast.coach_account
    give_consent(session, who, None, agency, "counselling", NOW + MONTH, NOW)
    actions.enrol(session, who, agency, "course", f"{word}-intro", date(2026, 8, 1), date(2026, 12, 31), "active", NOW)
    actions.set_homecoming(session, who, "27200", None, NOW)
    programme = actions.make_programme(session, agency, "취업성공패키지", NOW)
    actions.assign(session, agency, who, NOW)
    actions.begin(session, programme, who, coach, NOW)
    actions.add_goal(session, agency, who, f"{word}-goal", date(2027, 1, 31), coach, NOW)
    actions.offer_plan(session, agency, who, f"{word}-plan", coach, NOW)
    actions.write_note(session, agency, who, coach, f"{word}-case", NOW, private=False, contact="call")
    actions.write_note(session, agency, who, coach, f"{word}-private", NOW, private=True)
    actions.refer(session, agency, who, coach, f"{word}-why", NOW, listing_id=cast.listing)
    pool = actions.make_pool(session, agency, PoolFields("trainees", "훈련생", share=70), NOW)
    actions.see_pool(session, pool, NOW)
    actions.ask_consent(session, cast.agency, who, cast.organizer, NOW)


def _tell(session: Session, cast: Cast, who: int, name: str, mail: str, phone: str, word: str) -> None:
    fields = SourceFields("명단", "seekers", cast.agency, cast.agency)
    source = partners.make_source(session, fields, cast.organizer, NOW)
    told = {"intro": f"{word}-intro"}
    row = {"source_id": source, "own_id": f"{word}-intro", "account_id": who, "joined_by": "linked", "name": name}
    row |= {"name_key": name, "email": mail, "phone": phone, "birth_date": date(1991, 2, 3), "values": told}
    moments = {"first_at": NOW, "changed_at": NOW, "seen_at": NOW}
    made = session.scalars(
        insert(Record).values(**row, **moments, said_on=NOW.date(), consented_on=NOW.date(), rev=2).returning(Record.id)
    ).one()
    old = {"record_id": made, "rev": 1, "said_on": NOW.date(), "until": NOW, "values": {**told, "name": name}}
    session.execute(insert(RecordVersion).values(old))
    stated = NOW.date() - timedelta(days=1)
    give_consent(session, who, None, cast.agency, "joining", NOW + MONTH, NOW, way="partner", stated_on=stated)
    seen = fingerprint(made, "birth_date", "1991-02-03")
    partners.contest(session, who, made, Contest("birth_date", "1991-02-04", f"{word}-appeal", seen), NOW)
