"""Employers from a source: entered as any table's are, and which source told which value since when is kept."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from fairapp.employers import actions as employers
from fairapp.employers.rules import EmployerFields
from fairapp.intake import Draft, Report
from fairapp.partners.models import FirmValue


def import_firms(
    session: Session, drafts: Sequence[Draft[EmployerFields]], source_id: int, delivered_on: date, now: datetime
) -> Report:
    """Enter or change these employers as the source tells on that day (Korea); return what became of each row."""
    told: employers.Told = {}
    report = employers.import_employers(session, drafts, now, told)
    values = {
        (employer_id, field): str(value) for employer_id, fields in told.items() for field, value in fields.items()
    }
    _keep(session, values, source_id, delivered_on)
    return report


def _keep(session: Session, values: dict[tuple[int, str], str], source_id: int, on: date) -> None:
    """Write down what is new; of what the source said before, the last day alone goes on."""
    ids = sorted({employer_id for employer_id, _ in values})
    mine = FirmValue.source_id == source_id, FirmValue.employer_id.in_(ids)
    columns = FirmValue.id, FirmValue.employer_id, FirmValue.field, FirmValue.value
    before = session.execute(select(*columns).where(*mine).order_by(FirmValue.id)).all()
    last = {(row.employer_id, row.field): row for row in before}
    same = [last[key].id for key, value in values.items() if key in last and last[key].value == value]
    if same:
        later = FirmValue.id.in_(same), FirmValue.last_on < on
        session.execute(update(FirmValue).where(*later).values(last_on=on))
    new = [
        {"employer_id": key[0], "source_id": source_id, "field": key[1], "value": value, "first_on": on, "last_on": on}
        for key, value in values.items()
        if key not in last or last[key].value != value
    ]
    if new:
        session.execute(insert(FirmValue), new)
