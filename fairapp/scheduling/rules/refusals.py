"""The refusals of time, and sentences that several of them use."""

from flask_babel import lazy_gettext as _l

from fairapp.errors import Conflict


class SlotTaken(Conflict):
    """Somebody was faster, or the slot has no seat left."""

    slug = "slot-taken"
    title = _l("방금 다른 분이 예약한 시간이에요")


class SeekerBusy(Conflict):
    """The seeker has another meeting at that time."""

    slug = "seeker-busy"
    title = _l("그 시간에 다른 일정이 있어요")


class HostBusy(Conflict):
    """The host or the room has something else at that time."""

    slug = "host-busy"
    title = _l("담당자나 자리가 그 시간에 비어 있지 않아요")


class BoothNotHiring(Conflict):
    """The employer is not actively hiring now: its free slots cannot be booked."""

    slug = "booth-not-hiring"
    title = _l("이 기업은 지금 채용 중이 아니에요")


class NotOpen(Conflict):
    """The fair, the slot or the listing is not open for booking at this moment."""

    slug = "not-open"
    title = _l("지금은 예약할 수 없는 시간이에요")


class AlreadyBooked(Conflict):
    """The seeker has an active interview at this booth already."""

    slug = "already-booked"
    title = _l("이 기업의 면접을 이미 예약했어요")


class HoldExpired(Conflict):
    """The time kept for the seeker has run out."""

    slug = "hold-expired"
    title = _l("잡아 둔 시간이 지났어요. 다시 골라 주세요")


class AlreadyConfirmed(Conflict):
    """The booking is no hold any more: it was confirmed before."""

    slug = "already-confirmed"
    title = _l("이미 확정된 예약이에요")


class TooLate(Conflict):
    """Past the moment until which the policy of the booking allows it."""

    slug = "too-late"
    title = _l("취소하거나 바꿀 수 있는 시간이 지났어요")


class Ended(Conflict):
    """The booking is over: cancelled or expired."""

    slug = "booking-ended"
    title = _l("이미 끝난 예약이에요")


class QuotaReached(Conflict):
    """The seeker has as many interviews before her as the fair allows at a time."""

    slug = "quota-reached"
    title = _l("예약할 수 있는 수를 다 채웠어요")


class NotReady(Conflict):
    """The listing asks for something of the seeker that is not there: a résumé, answers, to belong to a group."""

    slug = "not-ready"
    title = _l("먼저 갖춰야 할 것이 있어요")


class OutOfOrder(Conflict):
    """A session that prepares for an interview would not be over before it begins."""

    slug = "out-of-order"
    title = _l("준비 코칭은 면접 전에 끝나야 해요. 먼저 다른 쪽을 옮겨 주세요")


class NoRequest(Conflict):
    """The booking is no request that waits for an answer."""

    slug = "no-request"
    title = _l("답을 기다리는 신청이 아니에요")


GIVEN_BACK = "given back"  # the reason in the history of who was asked and does not come
OTHER_GIVER = _l("같은 기업이나 같은 코치의 시간으로만 바꿀 수 있어요")
PAST = _l("이미 지난 시각이에요")
OUTSIDE_FAIR = _l("박람회 기간 안의 시각이어야 해요")
IN_USE = _l("예약이 있는 시간은 닫을 수 없어요. 예약을 먼저 옮기거나 취소해 주세요")
FULL_ROW = _l("담당자가 쉬지 않고 이어서 만나는 횟수를 다 채웠어요")
FULL_DAY = _l("담당자가 그날 만나는 횟수를 다 채웠어요")
FULL_FAIR = _l("담당자가 이 박람회에서 만나는 횟수를 다 채웠어요")
NO_ROOM = _l("그 시간에 비어 있는 자리가 없어요")
NO_SUCH_HOST = _l("이 시간에 만날 수 있는 분이 아니에요")
NO_SUCH_LISTING = _l("이 부스의 공고가 아니에요")
NOT_PREPARED = _l("내 면접 가운데서 골라 주세요")
NO_HOST = _l("만나는 사람을 골라 주세요")
TOO_MANY = _l("한 번에 200개까지 옮길 수 있어요")
NOBODY_FREE = _l("예약이 있는 시간을 대신할 분이 없어요")
NO_CHOICE = _l("예약마다 어떻게 할지 골라 주세요")
LINE_MINUTES = _l("5분에서 120분까지, 5분 단위로 정해 주세요")
