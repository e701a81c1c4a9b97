"""The course through the stages, plans, goals and notes, in the database."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from fairapp import mail
from fairapp.errors import Invalid, NotFound
from fairapp.live.models import Outbox
from fairapp.programmes import actions, queries, rules
from fairapp.programmes.models import Participation, Plan, StageStep
from tests.factories import NOW
from tests.programmes.cast import Cast

TODAY = date(2026, 11, 24)
COURSE = ("course", "자바 개발", date(2026, 7, 1), date(2026, 12, 31), "active")


def letters(cast: Cast, kind: str, language: str = "ko") -> list[mail.Rendered | None]:
    """Return the letters of a kind as they are written, the oldest first."""
    with cast.app.app_context():
        rows = cast.read(lambda s: list(s.scalars(select(Outbox).where(Outbox.kind == kind).order_by(Outbox.id))))
        plain = [mail.OutboxRow(*(getattr(row, name) for name in mail.OutboxRow.__slots__)) for row in rows]
        return [cast.read(mail.renderers[kind], row, language, NOW) for row in plain]


def steps(cast: Cast, participation: int) -> list[tuple[int, str, int, str]]:
    """Return number, what, stage and why of each step."""
    found = select(StageStep).where(StageStep.participation_id == participation).order_by(StageStep.no)
    return cast.read(lambda s: [(row.no, row.what, row.stage, row.why) for row in s.scalars(found)])


def agree(cast: Cast, seeker: int) -> int:
    """Let counsellor and seeker agree on a plan."""
    plan: int = cast.write(actions.offer_plan, cast.agency, seeker, "이렇게 해요", cast.counsellors[0], NOW)
    cast.write(actions.answer_plan, plan, seeker, True, "", NOW)
    return plan


def test_a_course_goes_from_stage_to_stage_and_every_step_is_kept(cast_on_both: Cast):
    cast = cast_on_both
    who, by = cast.seekers[0], cast.counsellors[0]
    way = cast.write(actions.begin, cast.programme, who, by, NOW)
    with pytest.raises(actions.TakesPart):
        cast.write(actions.begin, cast.programme, who, by, NOW)
    with pytest.raises(rules.WrongStage):
        cast.write(actions.move, way, 2, by, NOW)
    cast.write(actions.write_note, cast.agency, who, by, "전화했어요", NOW, private=False, contact="call")
    agree(cast, who)
    day = timedelta(days=1)
    cast.write(actions.move, way, 2, by, NOW + day)
    cast.write(actions.pause, way, by, NOW + 2 * day, why="입원")
    with pytest.raises(rules.WrongStage):
        cast.write(actions.move, way, 3, by, NOW + 3 * day, why="먼저")
    cast.write(actions.resume, way, by, NOW + 5 * day)
    row = cast.read(lambda s: s.get(Participation, way))
    assert (row.stage, row.stage_pause, row.whole_pause) == (2, 3 * 86400, 3 * 86400)
    cast.write(actions.move, way, 4, by, NOW + 6 * day, why="바로 알선해요")
    cast.write(actions.move, way, 3, by, NOW + 7 * day, why="먼저 배워요")
    cast.write(actions.end, way, "job", by, NOW + 8 * day)
    with pytest.raises(rules.WrongStage):
        cast.write(actions.end, way, "job", by, NOW + 9 * day)
    assert steps(cast, way) == [
        (1, "entered", 1, ""),
        (2, "left", 1, ""),
        (3, "entered", 2, ""),
        (4, "paused", 2, "입원"),
        (5, "resumed", 2, ""),
        (6, "left", 2, "바로 알선해요"),
        (7, "entered", 4, "바로 알선해요"),
        (8, "left", 4, "먼저 배워요"),
        (9, "entered", 3, "먼저 배워요"),
        (10, "ended", 3, ""),
    ]
    assert (
        cast.write(actions.begin, cast.programme, who, by, NOW + 9 * day) != way
    )  # a course that ended may begin again


def test_a_course_begins_with_consent_alone(cast: Cast):
    with pytest.raises(rules.WrongStage):
        cast.write(actions.begin, cast.programme, cast.stranger, cast.counsellors[0], NOW)
    with pytest.raises(NotFound):
        cast.write(actions.begin, 10**9, cast.seekers[0], cast.counsellors[0], NOW)
    for action, more in (
        (actions.move, {"to": 2, "by": 1}),
        (actions.resume, {"by": 1}),
        (actions.end, {"reason": "job", "by": 1}),
    ):
        with pytest.raises(NotFound):
            cast.write(action, 10**9, **more, now=NOW)


def test_the_version_that_was_agreed_on_is_fixed(cast_on_both: Cast):
    cast = cast_on_both
    who, by = cast.seekers[0], cast.counsellors[0]
    case = cast.case()
    cast.write(actions.add_goal, cast.agency, who, "이력서 쓰기", TODAY + timedelta(days=7), by, NOW)
    first = cast.write(actions.offer_plan, cast.agency, who, " 첫 계획 ", by, NOW)
    with pytest.raises(Invalid):
        cast.write(actions.answer_plan, first, who, False, " ", NOW)  # which change?
    cast.write(actions.answer_plan, first, who, False, "면접을 먼저 보고 싶어요", NOW)
    second = cast.write(actions.offer_plan, cast.agency, who, "둘째 계획", by, NOW)
    with pytest.raises(NotFound):
        cast.write(actions.answer_plan, second, cast.seekers[1], True, "", NOW)
    cast.write(actions.answer_plan, second, who, True, "", NOW)
    for plan in (first, second):
        with pytest.raises(rules.PlanAnswered):
            cast.write(actions.answer_plan, plan, who, True, "", NOW)
    third = cast.write(actions.offer_plan, cast.agency, who, "셋째 계획", by, NOW)
    cast.write(actions.offer_plan, cast.agency, who, "넷째 계획", by, NOW)
    with pytest.raises(rules.PlanAnswered):  # a newer one replaced it
        cast.write(actions.answer_plan, third, who, True, "", NOW)
    rows = cast.read(lambda s: list(s.scalars(select(Plan).order_by(Plan.version))))
    told = [(row.version, row.text, row.agreed, row.answer) for row in rows]
    assert told == [
        (1, "첫 계획", False, "면접을 먼저 보고 싶어요"),
        (2, "둘째 계획", True, ""),
        (3, "셋째 계획", None, ""),
        (4, "넷째 계획", None, ""),
    ]
    assert rows[1].goals == {"goals": [{"text": "이력서 쓰기", "due_on": "2026-12-01"}]}
    found = letters(cast, "way.plan_answer")
    assert [one.text.splitlines()[2] for one in found if one] == [
        "계획에서 바꾸고 싶은 점이 있대요.",
        "계획에 동의했어요.",
    ]
    assert case


def test_a_goal_is_reached_or_dropped_once(cast: Cast):
    who, by = cast.seekers[0], cast.counsellors[0]
    goal = cast.write(actions.add_goal, cast.agency, who, "면접 보기", TODAY, by, NOW)
    other = cast.write(actions.add_goal, cast.agency, who, "자격증", TODAY, by, NOW)
    cast.write(actions.end_goal, goal, cast.agency, who, by, NOW, done=True)
    cast.write(actions.end_goal, other, cast.agency, who, by, NOW, done=False, why="필요 없어졌어요")
    for one in (goal, other):
        with pytest.raises(rules.GoalEnded):
            cast.write(actions.end_goal, one, cast.agency, who, by, NOW, done=True)
    with pytest.raises(NotFound):
        cast.write(actions.end_goal, goal, cast.agency, cast.seekers[1], by, NOW, done=True)
    states = [row.state for row in cast.read(queries.goals_of, cast.agency, who, NOW)]
    assert states == ["done", "dropped"]
    for text, due, sessions in ((" ", TODAY, None), ("x" * 301, TODAY, None), ("면접", date(2026, 11, 23), None)):
        with pytest.raises(Invalid):
            cast.write(actions.add_goal, cast.agency, who, text, due, by, NOW, sessions=sessions)
    for due, sessions in ((date(2029, 1, 1), None), (TODAY, 0), (TODAY, 21)):
        with pytest.raises(Invalid):
            cast.write(actions.add_goal, cast.agency, who, "면접", due, by, NOW, sessions=sessions)
    for _ in range(rules.MOST_GOALS):
        cast.write(actions.add_goal, cast.agency, who, "하나 더", TODAY, by, NOW)
    with pytest.raises(actions.TooManyGoals):
        cast.write(actions.add_goal, cast.agency, who, "너무 많아요", TODAY, by, NOW)


def test_a_note_needs_words_and_a_known_way(cast: Cast):
    for text, contact in ((" ", None), ("x" * 4001, None), ("말", "telepathy")):
        with pytest.raises(Invalid):
            cast.write(
                actions.write_note,
                cast.agency,
                cast.seekers[0],
                cast.counsellors[0],
                text,
                NOW,
                private=False,
                contact=contact,
            )
    assert list(cast.read(queries.notes_of, cast.agency, cast.seekers[0], cast.counsellors[0])) == []


def test_the_database_keeps_one_course_and_numbers_steps(cast_on_both: Cast):
    cast = cast_on_both
    way = cast.write(actions.begin, cast.programme, cast.seekers[0], cast.counsellors[0], NOW)
    row = {"programme_id": cast.programme, "agency_id": cast.agency, "began_at": NOW, "stage": 1, "stage_since": NOW}
    again = Participation(**row, seeker_id=cast.seekers[0], stage_pause=0, whole_pause=0)
    with pytest.raises(IntegrityError):
        cast.write(lambda s: (s.add(again), s.flush()))
    twice = StageStep(participation_id=way, no=1, what="left", stage=1, at=NOW, why="")
    with pytest.raises(IntegrityError):
        cast.write(lambda s: (s.add(twice), s.flush()))


def test_a_caseload_lists_what_is_overdue_first(cast: Cast):
    by = cast.counsellors[0]
    for who in cast.counsellors[1:]:
        cast.write(actions.set_limit, cast.agency, who, 0, cast.organizer, NOW)
    for who in cast.seekers[:3]:
        cast.case(who)
    for who in cast.seekers[:2]:
        cast.write(actions.begin, cast.programme, who, by, NOW)
    cast.write(actions.add_goal, cast.agency, cast.seekers[1], "이력서", TODAY, by, NOW)
    later = NOW + timedelta(days=1)
    rows = cast.read(queries.cases, later, agency_ids=[cast.agency], counsellor_id=by)
    assert [(row.seeker_id, row.stage, row.late, row.next_on) for row in rows] == [
        (cast.seekers[1], 1, ("goal",), TODAY),
        (cast.seekers[0], 1, (), date(2026, 12, 23)),
        (cast.seekers[2], None, (), None),
    ]
    assert cast.read(queries.cases, later, agency_ids=[cast.agency], counsellor_id=cast.counsellors[1]) == []


def test_the_letters_read_as_they_should(cast: Cast):
    cast.case()
    cast.write(actions.offer_plan, cast.agency, cast.seekers[0], "계획", cast.counsellors[0], NOW)
    cast.write(actions.ask_consent, cast.agency, cast.stranger, cast.counsellors[0], NOW)
    base = cast.app.config["SETTINGS"].base_url
    kinds = ("way.case", "way.counsellor", "way.plan", "way.ask")
    told = {kind: (one.subject, one.text) for kind in kinds for one in letters(cast, kind) if one}
    case = cast.read(queries.open_assignment, cast.agency, cast.seekers[0]).id
    assert told["way.case"] == (
        "새로 맡은 분이 있어요",
        "박상담 님, 안녕하세요.\n\n서울일자리센터에서 한 분을 새로 맡았어요. 먼저 인사를 건네 주세요."
        f"\n\n{base}/caseload/{case}\n",
    )
    assert told["way.counsellor"] == (
        "내 상담사가 정해졌어요",
        f"최정한별 님, 안녕하세요.\n\n서울일자리센터의 박상담 상담사가 일자리를 찾을 때까지 함께해요.\n\n{base}/me/plan\n",
    )
    assert told["way.plan"] == (
        "내 계획을 읽어 주세요",
        "최정한별 님, 안녕하세요.\n\n상담사가 함께 이룰 계획을 적었어요. 읽고 동의하거나 바꾸고 싶은 점을 알려 주세요."
        f"\n\n{base}/me/plan\n",
    )
    assert told["way.ask"][0] == "내 정보를 봐도 될까요?"


def test_waiting_is_told_and_not_any_more_once_served(cast: Cast):
    for who in cast.counsellors:
        cast.write(actions.set_limit, cast.agency, who, 0, cast.organizer, NOW)
    cast.write(actions.assign, cast.agency, cast.seekers[0], NOW)
    assert [one.subject for one in letters(cast, "way.waiting") if one] == ["상담사를 기다리고 있어요"]
    cast.write(actions.set_limit, cast.agency, cast.counsellors[0], 1, cast.organizer, NOW)
    assert letters(cast, "way.waiting") == [None]


def test_contact_is_a_shared_note_that_says_so(cast: Cast):
    who, by = cast.seekers[0], cast.counsellors[0]
    for private, contact in ((True, "call"), (False, None)):
        cast.write(actions.write_note, cast.agency, who, by, "말", NOW, private=private, contact=contact)
    assert cast.read(queries.last_contacts, cast.agency, [who], NOW) == {}
    cast.write(actions.write_note, cast.agency, who, by, "말", NOW, private=False, contact="visit")
    assert cast.read(queries.last_contacts, cast.agency, [who], NOW) == {who: NOW}
    assert cast.read(queries.last_contacts, cast.other_agency, [who], NOW) == {}


def test_a_programme_can_be_changed_and_its_people_stay(cast: Cast):
    way = cast.write(actions.begin, cast.programme, cast.seekers[0], cast.counsellors[0], NOW)
    changed = [rules.StageFields(n, f"{n}단계", "", 10) for n in (1, 2, 3, 4)]
    told = {"name_en": "", "days": 100, "quiet_days": 14, "stages": changed}
    cast.write(actions.change_programme, cast.programme, "새 이름", NOW, **told)
    assert cast.read(queries.stages_of, cast.programme)[2] == changed[1]
    cast.write(actions.move, way, 2, cast.counsellors[0], NOW)  # nothing is asked for any more
    with pytest.raises(Invalid):
        cast.write(actions.change_programme, cast.programme, " ", NOW, **told)
