"""Reads of booths and listings, the gate among them."""

from fairapp.booths.queries.gate import hiring, is_hiring, is_open, is_ready, is_visible

__all__ = ["hiring", "is_hiring", "is_open", "is_ready", "is_visible"]
