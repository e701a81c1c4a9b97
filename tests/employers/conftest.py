"""The cast, for the tests of employers."""

from tests.casting import at_now, cast

__all__ = ["at_now", "cast"]
