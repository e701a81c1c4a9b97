"""The names of the codes that this domain keeps; they join those of the other domains when it is imported."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fairapp.labels import LABELS

WORDS: dict[str, dict[str | None, LazyString]] = {
    "late": {
        "limit": _l("기간이 끝났어요"),
        "goal": _l("목표 날이 지났어요"),
        "stage": _l("단계가 길어졌어요"),
        "contact": _l("연락이 뜸해요"),
    },
    "step": {
        "entered": _l("들어감"),
        "left": _l("마침"),
        "paused": _l("쉼"),
        "resumed": _l("다시 시작"),
        "ended": _l("끝"),
    },
    "end_reason": {
        "job": _l("일자리를 찾았어요"),
        "end": _l("기간이 끝났어요"),
        "own_wish": _l("스스로 그만두어요"),
        "moved": _l("다른 곳으로 옮겨요"),
    },
    "contact": {
        "call": _l("전화"),
        "visit": _l("방문"),
        "meeting": _l("만남"),
        "message": _l("문자·메일"),
    },
    "condition": {
        "consent": _l("정보 동의"),
        "contact": _l("만남이나 연락"),
        "plan": _l("동의한 계획"),
        "goals": _l("열린 목표 없음"),
        "referral": _l("소개 한 번 이상"),
    },
    "assigned": {
        "first": _l("처음 맡음"),
        "again": _l("다시 맡음"),
        "pool": _l("인재풀에서"),
        "fair": _l("박람회 뒤에"),
        "handed": _l("넘겨받음"),
    },
    "goal_state": {"open": _l("하는 중"), "done": _l("이룸"), "dropped": _l("거둠")},
    "pool_kind": {
        "trainees": _l("훈련생"),
        "graduates": _l("졸업 예정자"),
        "public_work": _l("공공근로 참여자"),
        "returnees": _l("귀향 희망자"),
        "youth": _l("청년"),
        "career_break": _l("경력 보유 여성"),
        "age_50_plus": _l("50세 이상"),
        "open": _l("누구나"),
    },
    "referral_state": {
        "asked": _l("동의를 기다려요"),
        "refused": _l("동의하지 않았어요"),
        "sent": _l("보냈어요"),
        "seen": _l("읽었어요"),
        "accepted": _l("받아들였어요"),
        "declined": _l("받지 않았어요"),
        "result": _l("결과가 왔어요"),
        "withdrawn": _l("거두었어요"),
        "reminded": _l("답을 재촉했어요"),
    },
    "way_state": {
        "handed": _l("상담사에게 이었어요"),
        "waiting": _l("상담사를 기다려요"),
        "offered": _l("동의를 물었어요"),
        "refused": _l("원하지 않았어요"),
    },
    "next_step": {
        "listing": _l("이 공고에 지원해 보세요"),
        "coaching": _l("코칭을 받아 보세요"),
        "group": _l("단체 프로그램에 참여해 보세요"),
        "fair": _l("다음 박람회에 참여해 보세요"),
        "profile": _l("프로필을 채워 보세요"),
        "plan": _l("상담사와 계획을 세워 보세요"),
    },
    "fit": {
        "occupation": _l("하고 싶은 일이에요"),
        "occupation_near": _l("비슷한 일을 하고 싶어 해요"),
        "region": _l("원하는 곳이에요"),
        "region_near": _l("원하는 곳 가까이예요"),
        "in_time": _l("일을 시작하는 날에 맞출 수 있어요"),
        "experience": _l("경력이 맞아요"),
        "salary": _l("원하는 급여와 맞아요"),
        "education": _l("학력이 맞아요"),
        "key_people": _l("핵심 인력으로 고향에 돌아오고 싶어 해요"),
    },
}
DEEDS: dict[str | None, LazyString] = {
    "enrolment.made": _l("교육·재학을 적음"),
    "enrolment.changed": _l("교육·재학을 고침"),
    "assignment.made": _l("상담사를 정함"),
    "assignment.ended": _l("상담사를 바꾸거나 마침"),
    "counsellor.limit": _l("상담사의 정원을 정함"),
    "counsellor.away": _l("상담사의 자리 비움을 적음"),
    "consent.asked": _l("동의를 물음"),
    "consent.answered": _l("동의에 답함"),
    "programme.made": _l("과정을 만듦"),
    "programme.changed": _l("과정을 고침"),
    "stage.entered": _l("단계에 들어감"),
    "stage.left": _l("단계를 마침"),
    "stage.paused": _l("과정을 쉼"),
    "stage.resumed": _l("과정을 다시 시작함"),
    "stage.ended": _l("과정을 마침"),
    "goal.made": _l("목표를 세움"),
    "goal.done": _l("목표를 이룸"),
    "goal.dropped": _l("목표를 거둠"),
    "plan.offered": _l("계획을 내놓음"),
    "plan.answered": _l("계획에 답함"),
    "note.shared": _l("함께 보는 메모를 적음"),
    "referral.step": _l("소개를 진행함"),
    "pool.made": _l("인재풀을 만듦"),
    "pool.changed": _l("인재풀을 고침"),
    "listing.wish": _l("공고가 찾는 사람을 적음"),
    "candidate.asked": _l("후보에게 물음"),
    "candidate.answered": _l("후보가 답함"),
    "way.back": _l("박람회 뒤의 길을 이음"),
}

LABELS.update(WORDS)
LABELS["trace"].update(DEEDS)
