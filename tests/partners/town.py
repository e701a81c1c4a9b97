"""Four employers that are merged and parted in tests, all that belongs to them, and where it ought to be."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from fairapp.accounts import actions as accounts
from fairapp.accounts import queries as account_queries
from fairapp.accounts.models import Consent, Membership
from fairapp.booths.models import Booth
from fairapp.employers.models import Employer
from fairapp.outcomes.models import PaperDuty
from tests import factories
from tests.factories import NOW

LATER = NOW.replace(year=2027)
FIRMS, PEOPLE = 4, 5


class Town:
    """Four employers, each with a booth at a fair of its own, a receipt and a duty; five people recruit for some of them."""

    def __init__(self, session: Session, roles: dict[int, set[int]]) -> None:
        self.by = factories.make_membership(
            session, role="organizer", agency_id=factories.make_agency(session).id
        ).account_id
        self.firms = [factories.make_employer(session).id for _ in range(FIRMS)]
        self.people = [factories.make_account(session).id for _ in range(PEOPLE)]
        self.roles = roles
        for firm, people in roles.items():
            for one in people:
                role = {"role": "recruiter", "employer_id": self.firms[firm], "account_id": self.people[one]}
                factories.make_membership(session, **role)
        self.booths = [factories.make_hiring_booth(session, employer_id=one).id for one in self.firms]
        self.seekers = [factories.make_seeker(session).id for _ in self.firms]
        both = list(zip(self.seekers, self.firms, strict=True))
        self.receipts = [accounts.give_consent(session, s, f, None, "interview", LATER, NOW) for s, f in both]
        duties = [
            PaperDuty(consent_id=c, seeker_id=s, employer_id=f, due_at=LATER)
            for c, (s, f) in zip(self.receipts, both, strict=True)
        ]
        session.add_all(duties)
        session.flush()
        self.duties = [one.id for one in duties]

    def owners(self, session: Session) -> dict[str, Any]:
        """Return where everything is: for each kind of row the employer of each, and who recruits for whom."""
        kinds = {"booth": (Booth, self.booths), "consent": (Consent, self.receipts), "duty": (PaperDuty, self.duties)}
        found: dict[str, Any] = {
            name: [session.scalar(select(model.employer_id).where(model.id == one)) for one in ids]
            for name, (model, ids) in kinds.items()
        }
        lasting = select(Membership.account_id, Membership.employer_id).where(Membership.ended_at.is_(None))
        found["roles"] = {tuple(row) for row in session.execute(lasting.where(Membership.account_id.in_(self.people)))}
        found["rests"] = [session.get_one(Employer, one).merged_into_id for one in self.firms]
        return found

    def expected(self, merged: dict[int, int]) -> dict[str, Any]:
        """Return where everything belongs when these rest in those."""
        homes = [self.firms[root(merged, n)] for n in range(FIRMS)]
        roles = {(self.people[one], homes[firm]) for firm, people in self.roles.items() for one in people}
        rests = [self.firms[root(merged, n)] if n in merged else None for n in range(FIRMS)]
        return {"booth": homes, "consent": homes, "duty": homes, "roles": roles, "rests": rests}

    def sight(self, session: Session) -> set[tuple[int, int]]:
        """Return who sees whom: numbers of people and of employers to which the seeker said yes."""
        found = set()
        for n, person in enumerate(self.people):
            lasting = Membership.account_id == person, Membership.ended_at.is_(None)
            mine = set(session.scalars(select(Membership.employer_id).where(*lasting)))
            shown = account_queries.seekers_who_allow(session, self.seekers, mine, (), "profile", NOW, person)
            found |= {(n, self.seekers.index(seeker)) for seeker in shown}
        return found


def root(merged: dict[int, int], firm: int) -> int:
    while firm in merged:
        firm = merged[firm]
    return firm
