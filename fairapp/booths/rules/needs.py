"""What a listing asks of who books an interview for it: a résumé, answers to its questions, to belong to a group."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fairapp.accounts.rules import SEGMENTS
from fairapp.errors import FieldError

MOST_QUESTIONS, LONGEST_QUESTION = 5, 200


@dataclass(frozen=True, slots=True)
class Needs:
    """What a listing asks; `segments` are the groups that its places are for, none: everybody."""

    resume: bool = False
    questions: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()

    @classmethod
    def of(cls, kept: Mapping[str, Any] | None) -> "Needs":
        """Return what a listing's row keeps."""
        told = kept or {}
        return cls(bool(told.get("resume")), tuple(told.get("questions", ())), tuple(told.get("segments", ())))

    @property
    def kept(self) -> dict[str, Any] | None:
        """As the listing's row keeps it: None where nothing is asked."""
        if self == Needs():
            return None
        return {name: list(told) if isinstance(told, tuple) else told for name, told in asdict(self).items()}

    @property
    def of_person(self) -> bool:
        """Whether anything is asked that only the seeker's profile can tell."""
        return self.resume or bool(self.segments)


@dataclass(frozen=True, slots=True)
class Readiness:
    """What a seeker has told of herself, as far as listings ask for it: `segments` are the groups to which she belongs."""

    resume: bool = False
    segments: frozenset[str] = frozenset()


def what_is_missing(needs: Needs, ready: Readiness, answers: Mapping[str, str] | None) -> LazyString | None:
    """Return what keeps the seeker from booking for the listing; None for nothing. `answers` None: she was not asked."""
    if needs.segments and ready.segments.isdisjoint(needs.segments):
        return _l("이 공고는 정해진 대상을 위한 자리예요. 내 프로필에서 대상을 확인해 주세요")
    if needs.resume and not ready.resume:
        return _l("이 공고는 이력서가 있어야 예약할 수 있어요. 내 프로필에 이력서를 올려 주세요")
    if answers is not None and not all(answers.get(question, "").strip() for question in needs.questions):
        return _l("이 공고의 질문에 모두 답해 주세요")
    return None


def need_errors(needs: Needs) -> Iterator[FieldError]:
    """Say what of it cannot be kept."""
    if len(needs.questions) > MOST_QUESTIONS:
        yield FieldError("questions", _l("질문은 %(most)s개까지 물을 수 있어요", most=MOST_QUESTIONS))
    if any(not 0 < len(one) <= LONGEST_QUESTION for one in needs.questions):
        yield FieldError("questions", _l("질문 하나는 %(most)s자까지 쓸 수 있어요", most=LONGEST_QUESTION))
    if len(set(needs.questions)) < len(needs.questions):
        yield FieldError("questions", _l("같은 질문이 두 번 있어요"))
    if not set(needs.segments) <= set(SEGMENTS):
        yield FieldError("segments", _l("대상을 목록에서 골라 주세요"))
