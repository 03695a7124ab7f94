"""What the tests of the press have, too."""

from tests.integration.workers.render.conftest import manuscript

__all__ = ["manuscript"]
