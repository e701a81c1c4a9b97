"""What a consent receipt says in words: purposes, categories of data, how it was given, and the text that was shown.

The fields follow ISO/IEC TS 27560 (consent record): who controls, why, what, when and how given, until when, withdrawn when.
PIPA art. 15(2) and 17(2): receiver, purpose, items, period, and that one may refuse, are told before.
"""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

WORDING = (
    "2026-12"  # the version of the text that is shown today; a new text gets a new version, the old one stays here
)

PURPOSES: dict[str, LazyString] = {
    "interview": _l("면접"),
    "coaching": _l("코칭"),
    "joining": _l("기관이 가진 정보와 잇기"),
    "counselling": _l("상담과 취업 지원"),
    "referral": _l("회사나 기관에 소개"),
}
CATEGORIES: dict[str, LazyString] = {"profile": _l("프로필"), "resume": _l("이력서"), "contact": _l("연락처")}
WAYS: dict[str, LazyString] = {
    "page": _l("화면에서 직접"),
    "desk": _l("안내대에서 말로"),
    "partner": _l("기관이 받아서"),
}
WORDINGS: dict[str, LazyString] = {
    "": _l("글의 판을 적기 전에 받은 동의예요."),
    "2026-12": _l("이 만남을 위해 내 프로필·이력서·연락처를 그곳에 정한 날까지 보여 주는 데 동의해요."),
}
