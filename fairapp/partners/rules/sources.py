"""What a source of a partner's data must be. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlsplit

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from fairapp.errors import AppError, Conflict, FieldError, Invalid
from fairapp.partners.rules.mapping import KINDS

CONSENTS: dict[str, LazyString] = {
    "ask": _l("아직 몰라요. 한 사람씩 메일로 물어봐요"),
    "column": _l("파일의 열에 적혀 있어요"),
    "stated": _l("모두 동의했어요. 동의를 받은 날을 적어 주세요"),
}
SHOWN_FOR = timedelta(days=2 * 365)  # after the day on which a partner's people agreed


class NoAgreement(Conflict):
    """The two agencies have not agreed on handing over such data, or it is over."""

    slug = "no-agreement"
    title = _l("두 기관 사이에 지금 유효한 약속이 없어요. 먼저 약속을 맺어 주세요")


class NotMapped(AppError):
    """Nobody has said yet how these columns are read."""

    status = 409
    slug = "not-mapped"
    title = _l("처음 보는 열이 있어요. 화면에서 어느 열이 무엇인지 먼저 정해 주세요")


@dataclass(frozen=True, slots=True)
class SourceFields:
    """What is said of a source; `consented_on` with the consent `stated`, `fair_id` for listings alone."""

    name: str
    kind: str
    giver_id: int
    receiver_id: int
    fair_id: int | None = None
    consent: str = "ask"
    consented_on: date | None = None
    whole: bool = False
    address: str = ""
    every_hours: int | None = None

    @property
    def about_people(self) -> bool:
        """Whether its rows are people, who have to agree."""
        return self.kind in ("seekers", "trainees")


def check_source(fields: SourceFields, today: date, *, insecure: bool = False) -> None:
    """Raise Invalid with everything that is wrong; `insecure` lets addresses be plain http, for development."""
    errors: list[FieldError] = []
    if not fields.name.strip() or len(fields.name) > 80:
        errors.append(FieldError("name", _l("이름을 80자까지 적어 주세요")))
    if fields.kind not in KINDS:
        errors.append(FieldError("kind", _l("목록에 있는 값을 골라 주세요")))
    if (fields.kind == "listings") != (fields.fair_id is not None):
        errors.append(FieldError("fair", _l("공고는 어느 박람회에 넣을지 골라 주세요. 다른 정보에는 고르지 않아요")))
    errors += _about_consent(fields, today) + _about_address(fields, insecure)
    if errors:
        raise Invalid(errors=errors)


def _about_consent(fields: SourceFields, today: date) -> list[FieldError]:
    if fields.consent not in CONSENTS:
        return [FieldError("consent", _l("목록에 있는 값을 골라 주세요"))]
    if not fields.about_people and fields.consent != "ask":
        return [FieldError("consent", _l("동의는 사람의 명단에만 있어요. 하나씩 묻기로 두어 주세요"))]
    if (fields.consent == "stated") != (fields.consented_on is not None):
        return [FieldError("consented_on", _l("모두 동의했다면 동의를 받은 날을, 아니면 비워 두세요"))]
    if fields.consented_on and not today - SHOWN_FOR < fields.consented_on <= today:
        return [FieldError("consented_on", _l("두 해 안의 지난 날이어야 해요"))]
    return []


def _about_address(fields: SourceFields, insecure: bool) -> list[FieldError]:
    if bool(fields.address) != (fields.every_hours is not None):
        return [FieldError("address", _l("저절로 가져오려면 주소와 간격을 함께 적어 주세요"))]
    if fields.every_hours is not None and not 1 <= fields.every_hours <= 720:
        return [FieldError("every_hours", _l("1시간부터 720시간까지예요"))]
    if fields.address:
        try:
            parts = urlsplit(fields.address)
            secure = parts.scheme == "https" or (insecure and parts.scheme == "http")
            fine = secure and parts.hostname and not parts.username and len(fields.address) <= 500
        except ValueError:
            fine = False
        if not fine:
            return [FieldError("address", _l("https로 시작하는 주소를 적어 주세요"))]
    return []


def consented_on(
    consent: str, stated_on: date | None, said: bool | None, said_on: date | None, delivered_on: date
) -> date | None:
    """Return the day on which the person agreed, as the partner says; None where it does not, or where she did not.

    `consent` and `stated_on` are the source's; `said` and `said_on` what the person's own row tells. A no in her row goes
    before all that is said of everybody.
    """
    if said is False or consent == "ask":
        return None
    if consent == "stated":
        return said_on or stated_on
    return said_on or (delivered_on if said else None)
