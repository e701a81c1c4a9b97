"""Shapes of what comes in on the pages of partners."""

from fairapp.partners.forms.sources import FileForm, MappingForm, SourceForm

__all__ = ["FileForm", "MappingForm", "SourceForm"]
