"""The pages of coaches: who coaches at a fair, one coach's times, a coach's own posts."""

from fairapp.coaching.pages import coach, notes, own
from fairapp.coaching.pages.base import blueprint

__all__ = ["blueprint", "coach", "notes", "own"]
