"""Calls for partners' programs."""

from fairapp.partners.api import changes

__all__ = ["changes"]
