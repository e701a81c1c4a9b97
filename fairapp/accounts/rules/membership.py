"""Who may give and end which role."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from fairapp.accounts.models import ROLES
from fairapp.errors import Forbidden, Invalid


@dataclass(frozen=True, slots=True)
class Rights:
    """What decides which roles a person may give."""

    is_admin: bool
    organizes_for: frozenset[int]  # agencies


def check_may_give(rights: Rights, role: str, employer_id: int | None, agency_id: int | None) -> None:
    """Raise Forbidden, or Invalid for a role that fits no such organisation.

    Admins give every role, organizers those of their own agency; any organizer may make somebody a recruiter, as it is
    organizers who verify employers.
    """
    fits = (employer_id is not None and agency_id is None) if role == "recruiter" else (agency_id and not employer_id)
    if role not in ROLES or not fits:
        raise Invalid.one("role", _l("그 역할은 줄 수 없어요"))
    if rights.is_admin or agency_id in rights.organizes_for or (role == "recruiter" and rights.organizes_for):
        return
    raise Forbidden
