"""Calls for partners' programs: what goes out to them, and what they send in."""

from fairapp.partners.api import changes, incoming

__all__ = ["changes", "incoming"]
