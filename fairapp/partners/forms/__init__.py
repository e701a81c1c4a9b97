"""Shapes of what comes in on the pages of partners."""

from fairapp.partners.forms.corrections import AnswerForm, ContestForm
from fairapp.partners.forms.hooks import HookForm
from fairapp.partners.forms.keys import KeyForm
from fairapp.partners.forms.sources import FileForm, MappingForm, SourceForm

__all__ = [
    "AnswerForm",
    "ContestForm",
    "FileForm",
    "HookForm",
    "KeyForm",
    "MappingForm",
    "SourceForm",
]
