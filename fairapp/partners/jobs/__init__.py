"""Timed work with partners' data."""

from fairapp.partners.jobs.incoming import bring_in, forget_files, join

__all__ = ["bring_in", "forget_files", "join"]
