"""Fixtures shared with the tests of rendering."""

from tests.integration.workers.render.conftest import manuscript

__all__ = ["manuscript"]
