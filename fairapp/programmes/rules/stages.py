"""The four stages: who may enter and leave one, what is overdue, and when the course ends.

The four stages and the year are those of the success package of Seoul's job centre: diagnosis and path, counselling and
placement, will and ability, intensive placement.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fairapp.errors import Conflict, FieldError, Invalid
from fairapp.programmes.models import CONDITIONS, END_REASONS, STAGES
from fairapp.programmes.rules.days import day_of

LONGEST_WHY = 500


@dataclass(frozen=True, slots=True)
class StageFields:
    """A stage as an agency sets it."""

    no: int
    name: str
    name_en: str
    usual_days: int
    entry: tuple[str, ...] = ()
    leave: tuple[str, ...] = ()


USUAL = (
    StageFields(1, "진단·경로설정", "Diagnosis and path", 30, ("consent",), ("contact", "plan")),
    StageFields(2, "상담·알선", "Counselling and placement", 90, ("plan",), ("contact",)),
    StageFields(3, "의욕·능력 증진", "Will and ability", 120, ("plan",), ("goals",)),
    StageFields(4, "집중 취업알선", "Intensive placement", 125, ("plan",), ()),
)

NEEDED: Mapping[str | None, LazyString] = {
    "consent": _l("정보를 보는 데 동의해야 해요"),
    "contact": _l("이 단계에서 한 번은 만나거나 연락해야 해요"),
    "plan": _l("구직자가 동의한 계획이 있어야 해요"),
    "goals": _l("목표를 모두 이루거나 거두어야 해요"),
    "referral": _l("이 단계에서 한 곳 이상 알선해야 해요"),
}


class WrongStage(Conflict):
    """The course does not allow this step now."""

    slug = "wrong-stage"
    title = _l("지금은 이 단계로 옮길 수 없어요")


def check_programme(name: str, days: int, quiet_days: int, stages: Sequence[StageFields]) -> None:
    """Raise Invalid with everything that is wrong with a programme and its stages."""
    errors: list[FieldError] = []
    if not name.strip() or len(name) > 120:
        errors.append(FieldError("name", _l("이름을 120자까지 적어 주세요")))
    if not 30 <= days <= 730:
        errors.append(FieldError("days", _l("30일부터 730일까지 적어 주세요")))
    if not 7 <= quiet_days <= 180:
        errors.append(FieldError("quiet_days", _l("7일부터 180일까지 적어 주세요")))
    if tuple(stage.no for stage in stages) != STAGES:
        errors.append(FieldError("stages", _l("네 단계를 차례로 적어 주세요")))
    for stage in stages:
        if not stage.name.strip() or len(stage.name) > 60 or len(stage.name_en) > 60:
            errors.append(FieldError(f"name{stage.no}", _l("이름을 60자까지 적어 주세요")))
        if not 1 <= stage.usual_days <= 365:
            errors.append(FieldError(f"days{stage.no}", _l("1일부터 365일까지 적어 주세요")))
        if not {*stage.entry, *stage.leave} <= set(CONDITIONS):
            errors.append(FieldError(f"entry{stage.no}", _l("목록에 있는 값을 골라 주세요")))
    if errors:
        raise Invalid(errors=errors)


@dataclass(frozen=True, slots=True)
class Where:
    """Where somebody is on the way."""

    stage: int
    paused: bool
    ended: bool


def check_move(
    where: Where, to: int, stages: Mapping[int, StageFields], holding: Collection[str], why: str = ""
) -> str:
    """Return why she moves, trimmed; WrongStage or Invalid where she may not enter the stage `to`.

    The next stage needs what the present one asks for leaving and the next for entering (`holding` are the CONDITIONS that
    hold). Going back, or over a stage, needs a reason, and what the stage entered asks for.
    """
    _check_going(where)
    if to not in STAGES or to == where.stage:
        raise WrongStage
    said = why.strip()
    if len(said) > LONGEST_WHY:
        raise Invalid.one("why", _l("까닭을 %(most)s자까지 적어 주세요", most=LONGEST_WHY))
    needed = list(stages[to].entry)
    if to == where.stage + 1:
        needed = [*stages[where.stage].leave, *needed]
    elif not said:
        raise Invalid.one("why", _l("되돌아가거나 건너뛸 때는 까닭을 적어 주세요"))
    missing = [one for one in dict.fromkeys(needed) if one not in holding]
    if missing:
        raise WrongStage(NEEDED[missing[0]])
    return said


def _check_going(where: Where) -> None:
    if where.ended:
        raise WrongStage(_l("이미 마친 과정이에요"))
    if where.paused:
        raise WrongStage(_l("쉬는 동안에는 옮길 수 없어요. 먼저 다시 시작해 주세요"))


def check_pause(where: Where, why: str) -> str:
    """Return why the course is paused, trimmed; WrongStage unless it is going, Invalid without a reason."""
    _check_going(where)
    said = why.strip()
    if not said or len(said) > LONGEST_WHY:
        raise Invalid.one("why", _l("까닭을 %(most)s자까지 적어 주세요", most=LONGEST_WHY))
    return said


def check_resume(where: Where) -> None:
    """Raise WrongStage unless the course is paused."""
    if where.ended or not where.paused:
        raise WrongStage(_l("쉬고 있지 않아요"))


def check_end(where: Where, reason: str) -> None:
    """Raise WrongStage where the course has ended, Invalid for a reason that is none."""
    if where.ended:
        raise WrongStage(_l("이미 마친 과정이에요"))
    if reason not in END_REASONS:
        raise Invalid.one("reason", _l("목록에 있는 값을 골라 주세요"))


@dataclass(frozen=True, slots=True)
class Course:
    """What decides what is overdue with somebody: her course, the stage's usual length, goals, the last contact."""

    began_at: datetime
    stage_since: datetime
    stage_days: int  # usual
    days: int  # that the course may last
    quiet_days: int
    stage_pause: int = 0  # seconds
    whole_pause: int = 0
    paused: bool = False
    last_contact: datetime | None = None
    goals_due: Sequence[date] = field(default_factory=tuple)  # of goals that are neither reached nor dropped


def ends_on(course: Course) -> date:
    """Return the last day of the course: it lasts so many days, and its pauses are not counted."""
    return day_of(course.began_at + timedelta(seconds=course.whole_pause)) + timedelta(days=course.days - 1)


def stage_until(course: Course) -> date:
    """Return the last day of the stage's usual length, without its pauses."""
    return day_of(course.stage_since + timedelta(seconds=course.stage_pause)) + timedelta(days=course.stage_days - 1)


def quiet_until(course: Course) -> date:
    """Return the last day on which the next contact is in time, from the last one or from the beginning."""
    return day_of(course.last_contact or course.began_at) + timedelta(days=course.quiet_days)


def overdue(course: Course, today: date) -> tuple[str, ...]:
    """Return what is overdue on that day: `limit`, `goal`, `stage`, `contact`, in this order; nothing during a pause."""
    if course.paused:
        return ()
    found = {
        "limit": today > ends_on(course),
        "goal": any(due < today for due in course.goals_due),
        "stage": today > stage_until(course),
        "contact": today > quiet_until(course),
    }
    return tuple(name for name, late in found.items() if late)


def next_date(course: Course, today: date) -> date:
    """Return the next day on which something is due: a goal, the stage, a contact or the course's end; or was, if earlier."""
    return min([ends_on(course), stage_until(course), quiet_until(course), *course.goals_due])
