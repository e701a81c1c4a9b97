"""Tables of the way to a job: enrolments, pools, counsellors, stages, plans, referrals, candidates, back after a fair."""

from fairapp.programmes.models.counselling import ASK_PURPOSES, Assignment, ConsentAsk, Counsellor, CounsellorWait
from fairapp.programmes.models.matching import Candidacy, ListingWish, WayBack
from fairapp.programmes.models.plans import CONTACTS, CaseNote, Goal, Plan, SessionInvite
from fairapp.programmes.models.pools import (
    ENROLMENT_KINDS,
    ENROLMENT_STATES,
    POOL_KINDS,
    Enrolment,
    Homecoming,
    Pool,
    PoolCounsellor,
    PoolEntry,
)
from fairapp.programmes.models.referrals import ANSWERS, REFERRAL_STEPS, Referral, ReferralStep
from fairapp.programmes.models.stages import (
    CONDITIONS,
    END_REASONS,
    STAGES,
    STEPS,
    Participation,
    Programme,
    ProgrammeStage,
    StageStep,
)

__all__ = [
    "ANSWERS",
    "ASK_PURPOSES",
    "CONDITIONS",
    "CONTACTS",
    "END_REASONS",
    "ENROLMENT_KINDS",
    "ENROLMENT_STATES",
    "POOL_KINDS",
    "REFERRAL_STEPS",
    "STAGES",
    "STEPS",
    "Assignment",
    "Candidacy",
    "CaseNote",
    "ConsentAsk",
    "Counsellor",
    "CounsellorWait",
    "Enrolment",
    "Goal",
    "Homecoming",
    "ListingWish",
    "Participation",
    "Plan",
    "Pool",
    "PoolCounsellor",
    "PoolEntry",
    "Programme",
    "ProgrammeStage",
    "Referral",
    "ReferralStep",
    "SessionInvite",
    "StageStep",
    "WayBack",
]
