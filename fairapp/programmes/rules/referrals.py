"""Which step of a referral may follow which, and what may be said with it."""

from datetime import date, timedelta

from flask_babel import lazy_gettext as _l

from fairapp.errors import Conflict, Invalid

ANSWER_WITHIN = timedelta(days=14)  # an answer is expected by then
LONGEST = 2000
FOLLOWS = {
    "asked": ("sent", "refused", "withdrawn"),
    "sent": ("seen", "withdrawn"),
    "seen": ("accepted", "declined", "withdrawn"),
    "accepted": ("result",),
}
WAITING = ("sent", "seen")  # for the receiver


class WrongReferral(Conflict):
    """The referral is at a point where this cannot be done."""

    slug = "wrong-referral"
    title = _l("지금은 할 수 없어요. 소개가 이미 다른 상태예요")


class ReferredBefore(Conflict):
    """The same person is being referred there."""

    slug = "referred-before"
    title = _l("이미 이곳에 소개하고 있어요")


def check_step(state: str, step: str) -> None:
    """Raise WrongReferral unless the step can follow the state."""
    if step not in FOLLOWS.get(state, ()):
        raise WrongReferral


def checked_text(name: str, text: str, *, required: bool) -> str:
    """Return the text trimmed; Invalid where it is missing or too long."""
    said = text.strip()
    if len(said) > LONGEST or (required and not said):
        raise Invalid.one(name, _l("%(most)s자까지 적어 주세요", most=LONGEST))
    return said


def is_due(state: str, due_on: date, today: date) -> bool:
    """Whether the receiver is late with an answer."""
    return state in WAITING and due_on < today
