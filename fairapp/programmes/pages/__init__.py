"""Pages of the way to a job: the counsellor's, the organizer's, the seeker's, the recruiter's."""

from fairapp.programmes.pages import (
    candidates,
    caseload,
    course,
    inviting,
    overview,
    own,
    person,
    pools,
    referrals,
)
from fairapp.programmes.pages.base import blueprint

__all__ = [
    "blueprint",
    "candidates",
    "caseload",
    "course",
    "inviting",
    "overview",
    "own",
    "person",
    "pools",
    "referrals",
]
