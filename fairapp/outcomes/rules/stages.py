"""Decisions on the ledger: which stage may follow which, on which day, and who counts as interviewed or hired."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import lazy_gettext as _l

from fairapp.errors import Conflict, Invalid, NotFound
from fairapp.outcomes.models import MONTHS
from fairapp.outcomes.rules.attending import WrongState

RANK = {
    "interviewed": 1,
    "passed": 2,
    "final_interview": 3,
    "offered": 4,
    "hired": 5,
    "started": 6,
    "retained": 7,
}
ENDS = ("rejected", "withdrawn")
INTERVIEWED_STAGES = tuple(RANK)
PASSED_STAGES = tuple(stage for stage, rank in RANK.items() if rank >= RANK["passed"])
OFFERED_STAGES = tuple(stage for stage, rank in RANK.items() if rank >= RANK["offered"])
HIRED_STAGES = tuple(stage for stage, rank in RANK.items() if rank >= RANK["hired"])


class NoOpening(Conflict):
    """The listing has hired as many as it wanted."""

    slug = "no-opening"
    title = _l("이 공고에는 남은 자리가 없어요. 뽑는 사람 수를 먼저 고쳐 주세요")


@dataclass(frozen=True, slots=True)
class Step:
    """A row of a booking's ledger that stands: no later row corrects it."""

    id: int
    stage: str
    on: date
    listing_id: int | None = None
    months: int | None = None  # of retained


def interviewed(seeker: str | None, host: str | None, stages: Sequence[str]) -> bool:
    """Whether a booking counts as an interview that took place: THE rule for screens, report and exports.

    Both sides are marked present, or the ledger holds a standing row of `interviewed` or of a stage after it. A rejection
    or withdrawal alone does not say that people met. queries/counting.py says the same in SQL; a test compares them.
    """
    return (seeker == "present" and host == "present") or any(stage in INTERVIEWED_STAGES for stage in stages)


def hire_stands(stages: Sequence[str]) -> bool:
    """Whether standing rows, in order, say that the person is hired: a hire that a later end did not undo."""
    return "hired" in stages and not any(stage in ENDS for stage in stages)


def hired_at(standing: Sequence[Step]) -> int | None:
    """Return the listing whose opening the standing rows take, or None where nobody is hired."""
    if not hire_stands([step.stage for step in standing]):
        return None
    return next(step.listing_id for step in standing if step.stage == "hired")


def check_openings(headcount: int, filled: int) -> None:
    """Raise NoOpening if more are hired, the new one among them, than the listing wanted."""
    if filled > headcount:
        raise NoOpening


def check_absence(stages: Sequence[str]) -> None:
    """Raise WrongState if the ledger says that the interview took place, so that nobody can be marked absent."""
    if any(stage in INTERVIEWED_STAGES for stage in stages):
        raise WrongState(_l("면접 결과가 적혀 있어요. 결과를 먼저 고쳐 주세요"))


def check_stage(standing: Sequence[Step], stage: str, seeker: str | None, host: str | None) -> None:
    """Raise WrongState if the stage cannot follow the standing rows (in order) and the attendance as marked.

    Stages rise; `retained` may come again. Everything from `interviewed` on needs a seeker who is not marked absent, and
    everything after it an interview that took place. A rejection or withdrawal ends the ledger, until it is corrected.
    """
    stages = [step.stage for step in standing]
    if any(found in ENDS for found in stages):
        raise WrongState(_l("이미 끝난 지원이에요. 마지막 결과를 고친 뒤 적어 주세요"))
    reached = max((RANK[found] for found in stages), default=0)
    if stage in ENDS:
        if reached >= RANK["started"]:
            raise WrongState(_l("출근을 시작한 뒤에는 불합격이나 철회를 적을 수 없어요"))
        return
    if seeker == "absent" or host == "absent":
        raise WrongState(_l("안 왔다고 표시된 면접이에요. 출석을 먼저 고쳐 주세요"))
    if RANK[stage] < reached or (RANK[stage] == reached and stage != "retained"):
        raise WrongState(_l("더 앞선 결과가 이미 적혀 있어요"))
    _check_before(stage, stages, interviewed(seeker, host, stages))


def _check_before(stage: str, stages: Sequence[str], took_place: bool) -> None:
    if stage != "interviewed" and not took_place:
        raise WrongState(_l("면접을 했다는 기록이 먼저 있어야 해요. 출석이나 면접함을 먼저 적어 주세요"))
    if stage == "started" and "hired" not in stages:
        raise WrongState(_l("채용을 먼저 적어 주세요"))
    if stage == "retained" and "started" not in stages:
        raise WrongState(_l("출근 시작을 먼저 적어 주세요"))


def check_correction(standing: Sequence[Step], corrects: int) -> Step:
    """Return the row that a new one is to correct; NotFound or WrongState unless it is the last that stands."""
    found = next((step for step in standing if step.id == corrects), None)
    if found is None:
        raise NotFound(_l("고칠 결과를 찾을 수 없어요"))
    if found is not standing[-1]:
        raise WrongState(_l("마지막 결과만 고칠 수 있어요"))
    return found


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, the last of the month where there is none."""
    years, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + years, month + 1, 1)
    last = (date(first.year + first.month // 12, first.month % 12 + 1, 1) - timedelta(days=1)).day
    return first.replace(day=min(day.day, last))


def kept_months(standing: Sequence[Step], stage: str, on: date, told: int | None) -> int | None:
    """Return after how many months (1, 3, 6) somebody is still there; None for other stages, and before the first month.

    Without `told` it is the longest that has passed since the start. Invalid for one that has not, or that is written already.
    """
    if stage != "retained":
        if told is not None:
            raise Invalid.one("months", _l("몇 달째인지는 근속에만 적어요"))
        return None
    started = next((step.on for step in reversed(standing) if step.stage == "started"), on)
    if told is None:
        return max((months for months in MONTHS if months_after(started, months) <= on), default=None)
    if told not in MONTHS:
        raise Invalid.one("months", _l("1, 3, 6개월 가운데 골라 주세요"))
    if months_after(started, told) > on:
        raise Invalid.one("months", _l("아직 그만큼 지나지 않았어요"))
    if any(step.stage == "retained" and step.months is not None and step.months >= told for step in standing):
        raise Invalid.one("months", _l("이미 적은 근속이에요"))
    return told


def month_due(started: date, reached: int | None, today: date) -> int | None:
    """Return after how many months somebody who started is to be asked about by `today`: the longest that is not answered."""
    passed = [months for months in MONTHS if months_after(started, months) <= today and months > (reached or 0)]
    return max(passed, default=None)


def check_day(on: date, meeting_day: date, today: date, standing: Sequence[Step]) -> None:
    """Raise Invalid for a day before the interview's or the row before, or after today; days are the fair's zone's."""
    if on > today:
        raise Invalid.one("on", _l("아직 오지 않은 날이에요"))
    if on < meeting_day:
        raise Invalid.one("on", _l("면접 날보다 앞선 날이에요"))
    if standing and on < standing[-1].on:
        raise Invalid.one("on", _l("앞에 적은 결과보다 앞선 날이에요"))
