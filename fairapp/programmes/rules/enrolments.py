"""What may be kept of an enrolment."""

from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _l

from fairapp.errors import FieldError, Invalid
from fairapp.programmes.models import ENROLMENT_KINDS, ENROLMENT_STATES

EARLIEST, LATEST = date(1950, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True, slots=True)
class EnrolmentFields:
    """What a person is in; both days are included, the last one may be open."""

    kind: str
    title: str
    starts_on: date
    ends_on: date | None
    state: str


def checked_enrolment(fields: EnrolmentFields) -> EnrolmentFields:
    """Return the fields with their title trimmed; Invalid names everything that is wrong."""
    title = " ".join(fields.title.split())
    errors: list[FieldError] = []
    if fields.kind not in ENROLMENT_KINDS:
        errors.append(FieldError("kind", _l("목록에 있는 값을 골라 주세요")))
    if fields.state not in ENROLMENT_STATES:
        errors.append(FieldError("state", _l("목록에 있는 값을 골라 주세요")))
    if not title or len(title) > 200:
        errors.append(FieldError("title", _l("이름을 200자까지 적어 주세요")))
    if not EARLIEST <= fields.starts_on <= LATEST:
        errors.append(FieldError("starts_on", _l("시작하는 날을 확인해 주세요")))
    if fields.ends_on is not None and not fields.starts_on <= fields.ends_on <= LATEST:
        errors.append(FieldError("ends_on", _l("끝나는 날은 시작하는 날보다 빠를 수 없어요")))
    if errors:
        raise Invalid(errors=errors)
    return EnrolmentFields(fields.kind, title, fields.starts_on, fields.ends_on, fields.state)
