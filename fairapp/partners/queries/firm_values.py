"""Reads of what sources tell of an employer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from fairapp.agencies.models import Agency
from fairapp.employers.models import Employer
from fairapp.partners.models import DataSource, FirmValue

MOST_TOLD = 500


@dataclass(frozen=True, slots=True)
class FirmTold:
    """One value as a source tells it, from its first day to its last."""

    field: str
    value: str
    source_name: str
    giver_name: str
    giver_name_en: str
    first_on: date
    last_on: date


def told_of_firm(session: Session, employer_id: int) -> Sequence[FirmTold]:
    """Return what sources tell, or told, of the employer and of those that rest in it, the latest first."""
    columns = FirmValue.field, FirmValue.value, DataSource.name, Agency.name, Agency.name_en, FirmValue.first_on
    found = select(*columns, FirmValue.last_on).join(Employer, Employer.id == FirmValue.employer_id)
    found = found.join(DataSource, DataSource.id == FirmValue.source_id).join(Agency, Agency.id == DataSource.giver_id)
    found = found.where(or_(Employer.id == employer_id, Employer.merged_into_id == employer_id))
    latest = found.order_by(FirmValue.last_on.desc(), FirmValue.id.desc()).limit(MOST_TOLD)
    return [FirmTold(*row) for row in session.execute(latest)]
