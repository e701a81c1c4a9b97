"""The cast of scheduling, at a moment that stands still."""

from tests.scheduling.conftest import cast, cast_on_both

__all__ = ["cast", "cast_on_both"]
