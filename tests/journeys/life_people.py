"""The people of a city before there is a fair: `life_people.py SPEC`, in the process's own (moved) time.

SPEC is JSON: how many recruiters and seekers there are. They are a city centre with an organizer and two counsellors, a
youth centre that takes part, and people who have registered. Everything of the fair itself is made through its pages.
"""

import json
import sys
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from fairapp import clock, create_app, db
from fairapp.accounts import actions as accounts
from fairapp.accounts.rules import ProfileFields, hash_password
from fairapp.agencies import actions as agencies
from fairapp.agencies.rules import AgencyFields
from tests.journeys.story import PASSWORD

BORN = (1998, 1996, 1969, 2001, 1984, 1993, 1975)  # of the seekers, in turn
SEGMENTS = (None, "career_break", None, "returnee", None)
REGIONS = ("52710", "52111", "52710", "11680")


def settle(session: Session, recruiters: int, seekers: int) -> None:
    """Make the agencies and the people."""
    now, password = clock.now(), hash_password(PASSWORD)
    city = agencies.make_agency(session, AgencyFields("city", "완주군일자리센터", "Wanju Job Centre"), now)
    youth = agencies.make_agency(session, AgencyFields("youth", "청년일자리카페", "Youth Job Cafe", "private"), now)

    def account(email: str, name: str) -> int:
        return accounts.make_account(session, f"{email}@life.example", name, password, True, now)

    accounts.place_member(session, account("organizer", "윤서진"), "organizer", now, agency_id=city)
    accounts.place_member(session, account("partner", "한여름"), "organizer", now, agency_id=youth)
    for n in (0, 1):
        accounts.place_member(session, account(f"counsellor{n}", f"상담{n}"), "coach", now, agency_id=city)
    for n in range(recruiters):
        account(f"recruiter{n}", f"담당{n}")
    for n in range(seekers):
        seeker = account(f"seeker{n}", f"구직{n}")
        profile: dict[str, Any] = {"phone": f"010-5550-{n:04}", "segment": SEGMENTS[n % len(SEGMENTS)]}
        profile |= {"birth_date": date(BORN[n % len(BORN)], 5, 5), "region": REGIONS[n % len(REGIONS)]}
        accounts.save_profile(session, seeker, ProfileFields(**profile), now)


if __name__ == "__main__":
    app = create_app()
    with app.app_context():
        db.of(app).write(lambda session: settle(session, **json.loads(sys.argv[1])))
