"""How long what is kept, and why: the one list of it, which the public page shows and by which a job destroys.

Personal Information Protection Act (PIPA) art. 21(1): what is not needed any more is destroyed without delay; art. 30: people
are told how long.
"""

from dataclasses import dataclass
from datetime import timedelta

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

QUIET = timedelta(days=3 * 365)  # who has not come for so long is erased
WARNED_BEFORE = timedelta(days=30)  # with a letter so long before


@dataclass(frozen=True, slots=True)
class Clock:
    """A rule: `what` is kept for `purpose`, `kept` long from `since` on; `law` says on which ground."""

    code: str  # of records of destruction
    what: LazyString
    purpose: LazyString
    kept: timedelta
    since: LazyString
    law: LazyString


_NEEDED = _l("개인정보 보호법 제21조 제1항")
_ACCESS = _l("개인정보의 안전성 확보조치 기준 제8조")
_HIRING = _l("채용절차법 제11조, 시행령 제4조")

CLOCKS: tuple[Clock, ...] = (
    Clock("quiet", _l("쓰지 않는 계정 전부"), _l("다시 올 때를 위해"), QUIET, _l("마지막으로 온 때"), _NEEDED),
    Clock("resumes", _l("보여 줄 곳이 없는 이력서"), _l("다음 지원"), timedelta(days=730), _l("올린 때"), _NEEDED),
    Clock("booking_words", _l("예약할 때 적은 말과 답"), _l("면접과 코칭"), timedelta(days=180), _l("만남"), _HIRING),
    Clock("session_notes", _l("코칭 메모"), _l("이어지는 상담"), timedelta(days=1095), _l("적은 때"), _NEEDED),
    Clock(
        "counselling",
        _l("상담 기록과 목표, 계획, 알선의 글"),
        _l("이어지는 상담"),
        timedelta(days=1095),
        _l("상담이 끝난 때"),
        _NEEDED,
    ),
    Clock(
        "disputes", _l("사정과 이의, 부스 신고의 글"), _l("답하고 다투기"), timedelta(days=365), _l("답한 때"), _NEEDED
    ),
    Clock(
        "receipts",
        _l("동의서와 본 기록"),
        _l("누가 왜 보았는지 증명"),
        timedelta(days=1095),
        _l("동의가 끝난 때"),
        _ACCESS,
    ),
    Clock("addresses", _l("작업 기록의 접속 주소"), _l("접속 기록"), timedelta(days=730), _l("작업한 때"), _ACCESS),
    Clock("letters", _l("보낸 메일에 담은 것"), _l("다시 보내기"), timedelta(days=90), _l("보낸 때"), _NEEDED),
    Clock("news", _l("화면 알림"), _l("놓친 알림 따라잡기"), timedelta(days=30), _l("알린 때"), _NEEDED),
    Clock(
        "sessions",
        _l("로그인 기록과 접속 주소"),
        _l("모르는 로그인 알아보기"),
        timedelta(days=30),
        _l("끝난 때"),
        _NEEDED,
    ),
    Clock("tokens", _l("끝난 토큰"), _l("모르는 사용 알아보기"), timedelta(days=30), _l("끝난 때"), _NEEDED),
    Clock("links", _l("메일로 보낸 링크의 흔적"), _l("한 번만 쓰이게 하기"), timedelta(days=30), _l("만료"), _NEEDED),
    Clock("failures", _l("틀린 비밀번호의 횟수"), _l("계정 지키기"), timedelta(days=1), _l("틀린 때"), _NEEDED),
    Clock("answers", _l("되풀이한 요청의 답"), _l("두 번 하지 않기"), timedelta(hours=24), _l("요청한 때"), _NEEDED),
    Clock(
        "partner_files", _l("기관이 보낸, 아직 읽지 않은 명단"), _l("읽기"), timedelta(days=1), _l("받은 때"), _NEEDED
    ),
    Clock(
        "refused_rows", _l("명단에서 거절된 줄"), _l("고쳐서 다시 보내기"), timedelta(days=30), _l("읽은 때"), _NEEDED
    ),
    Clock(
        "partner_records",
        _l("기관의 명단에서 빠진 사람의 기록"),
        _l("이어지는 상담"),
        timedelta(days=1095),
        _l("빠진 때"),
        _NEEDED,
    ),
    Clock(
        "corrections",
        _l("기관이 알려 준 값이 틀리다고 한 글과 답"),
        _l("답하고 다투기"),
        timedelta(days=365),
        _l("답한 때"),
        _NEEDED,
    ),
    Clock("exports", _l("내려받을 명단 파일"), _l("운영 기관의 보고"), timedelta(days=1), _l("만든 때"), _NEEDED),
    Clock("own_data", _l("내 정보 파일"), _l("내려받기"), timedelta(days=7), _l("만든 때"), _NEEDED),
)
# Destroyed because somebody asked, or an employer says that it has.
OTHERS: dict[str, LazyString] = {"asked": _l("본인이 지워 달라고 함"), "papers": _l("회사가 서류를 파기함")}


def clock_of(code: str) -> Clock:
    """Return the rule of a code; KeyError for none."""
    return next(one for one in CLOCKS if one.code == code)
