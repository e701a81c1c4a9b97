"""Prepare a fair for real listings, in the process's own (moved) time: `prepare.py before`, then `prepare.py after`.

Before the import: the agency, its people and the fair. After it: somebody who recruits for an employer of the file. Prints
what the journey needs as JSON.
"""

import json
import sys
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fairapp import clock, create_app, db
from fairapp.accounts import actions as accounts
from fairapp.accounts.rules import hash_password
from fairapp.agencies import actions as agencies
from fairapp.agencies.rules import AgencyFields
from fairapp.booths.models import Booth, Listing
from fairapp.coaching import actions as coaching
from fairapp.fairs import actions as fairs
from fairapp.fairs.models import Fair
from fairapp.fairs.rules import FairFields
from tests.journeys.story import PASSWORD

SLUG, ZONE = "real", "Asia/Seoul"


def before(session: Session) -> dict[str, Any]:
    """Make the agency, the fair of 50 days and its people."""
    now, password = clock.now(), hash_password(PASSWORD)
    agency = agencies.make_agency(session, AgencyFields("city", "대구원스톱일자리센터"), now)
    fields = FairFields(
        slug=SLUG,
        name="실제 공고 박람회",
        mode="online",
        zone=ZONE,
        announced_at=now - timedelta(days=3),
        booking_opens_at=now - timedelta(days=2),
        starts_at=now - timedelta(days=1),
        ends_at=now + timedelta(days=49),
    )
    fair = fairs.make_fair(session, agency, fields, now)
    organizer = accounts.make_account(session, "organizer@city.example", "윤서진", password, True, now)
    accounts.place_member(session, organizer, "organizer", now, agency_id=agency)
    coach = accounts.make_account(session, "coach@city.example", "박코치", password, True, now)
    accounts.place_member(session, coach, "coach", now, agency_id=agency)
    coach_id = coaching.make_coach(session, fair, coach, agency, ["interview"], now, about="면접 코치")
    return {"coach": coach_id}


def after(session: Session) -> dict[str, Any]:
    """Make a recruiter of the employer with the most listings, and name one of them."""
    now, password = clock.now(), hash_password(PASSWORD)
    fair = session.scalars(select(Fair.id).where(Fair.slug == SLUG)).one()
    most = select(Listing.booth_id).where(Listing.fair_id == fair).group_by(Listing.booth_id)
    booth_id = session.scalars(most.order_by(func.count().desc(), Listing.booth_id).limit(1)).one()
    title = session.scalars(select(Listing.title).where(Listing.booth_id == booth_id).order_by(Listing.id)).first()
    recruiter = accounts.make_account(session, "recruiter@real.example", "김면접", password, True, now)
    employer_id = session.get_one(Booth, booth_id).employer_id
    accounts.place_member(session, recruiter, "recruiter", now, employer_id=employer_id)
    return {"booth": booth_id, "title": title}


if __name__ == "__main__":
    app = create_app()
    with app.app_context():
        sys.stdout.write(json.dumps(db.of(app).write({"before": before, "after": after}[sys.argv[1]])))
