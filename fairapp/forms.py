"""The base of every form: CSRF, trimmed text, and nothing that a database cannot keep."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, ValidationError

from fairapp import clock
from fairapp.errors import Invalid
from fairapp.shapes import refuse_unstorable


def trimmed(value: Any) -> Any:
    """Return text without the space around it."""
    return value.strip() if isinstance(value, str) else value


def storable(_form: FlaskForm, field: Field) -> None:
    """Refuse NUL and lone surrogates in a field."""
    try:
        refuse_unstorable(field.data if isinstance(field.data, str | list | dict) else "")
    except Invalid as error:
        raise ValidationError(str(error.detail)) from error


class BaseForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A form whose text is trimmed and storable. `add_errors` puts an action's refusal beside its fields."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Trim every field as it is read and check that it can be kept."""

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            """Return the bound field with the filter and the check that every field has."""
            filters = [*unbound_field.kwargs.get("filters", ()), trimmed]
            bound = unbound_field.bind(form=form, filters=filters, **options)
            bound.validators = [*bound.validators, storable]
            return bound

    def add_errors(self, error: Invalid) -> None:
        """Show an action's errors next to the fields they speak of; the rest above the form."""
        for found in error.errors:
            field = self._fields.get(found.field)
            if field is not None:
                field.errors = [*field.errors, str(found.message)]
            else:
                self.form_errors.append(str(found.message))
        if not error.errors:
            self.form_errors.append(str(error.detail))


def moment_of(field: Field, zone: str) -> datetime | None:
    """Return the moment of a field that holds a wall-clock time of the zone, in UTC.

    None where the field is empty, and where there is no such time (clocks go forward, or a year beyond all calendars):
    the field then has an error.
    """
    if field.data is None:
        return None
    try:
        if not 2000 <= field.data.year <= 2200:
            raise ValueError
        return clock.from_local(field.data, zone)
    except (ValueError, OverflowError):
        field.errors = [*field.errors, _l("그런 시각은 없어요. 다른 시각을 골라 주세요")]
        return None


CHOOSE = _l("고르세요")
