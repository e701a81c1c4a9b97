"""What a plan, a goal and a note may say."""

from datetime import date, timedelta

from flask_babel import lazy_gettext as _l

from fairapp.errors import Conflict, FieldError, Invalid
from fairapp.programmes.models import CONTACTS

LONGEST_PLAN, LONGEST_GOAL, LONGEST_NOTE, LONGEST_ANSWER = 4000, 300, 4000, 1000
FARTHEST = timedelta(days=730)
MOST_GOALS = 30  # open at a time


class PlanAnswered(Conflict):
    """The plan was answered, or a newer one was offered."""

    slug = "plan-answered"
    title = _l("이미 답했거나 새 계획으로 바뀌었어요")


class GoalEnded(Conflict):
    """The goal was reached or dropped."""

    slug = "goal-ended"
    title = _l("이미 이루었거나 거둔 목표예요")


def checked_goal(text: str, due_on: date, sessions: int | None, today: date) -> str:
    """Return the goal's text trimmed; Invalid names everything that is wrong. A goal is due today at the earliest."""
    said, errors = text.strip(), []
    if not said or len(said) > LONGEST_GOAL:
        errors.append(FieldError("text", _l("목표를 %(most)s자까지 적어 주세요", most=LONGEST_GOAL)))
    if not today <= due_on <= today + FARTHEST:
        errors.append(FieldError("due_on", _l("오늘부터 2년 안의 날을 골라 주세요")))
    if sessions is not None and not 1 <= sessions <= 20:
        errors.append(FieldError("sessions", _l("1번부터 20번까지 적어 주세요")))
    if errors:
        raise Invalid(errors=errors)
    return said


def checked_plan(text: str) -> str:
    """Return the plan's text trimmed; Invalid for none, or one that is too long."""
    return _checked("text", text, LONGEST_PLAN)


def checked_note(text: str, contact: str | None) -> str:
    """Return the note's text trimmed; Invalid for none, one that is too long, or a way of contact that is none."""
    if contact is not None and contact not in CONTACTS:
        raise Invalid.one("contact", _l("목록에 있는 값을 골라 주세요"))
    return _checked("text", text, LONGEST_NOTE)


def checked_answer(agreed: bool, text: str) -> str:
    """Return what she answers, trimmed; who asks for a change says which."""
    said = text.strip()
    if len(said) > LONGEST_ANSWER or (not agreed and not said):
        raise Invalid.one("answer", _l("바꾸고 싶은 점을 %(most)s자까지 적어 주세요", most=LONGEST_ANSWER))
    return said


def _checked(name: str, text: str, most: int) -> str:
    said = text.strip()
    if not said or len(said) > most:
        raise Invalid.one(name, _l("%(most)s자까지 적어 주세요", most=most))
    return said
