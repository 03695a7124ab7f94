"""Hypothesis profiles: `ci` (a tenth of the examples), `default` and `soak`.

`ci` is loaded unless MITHAQ_TEST_SOAK is set; `--hypothesis-profile default` selects the full counts for one run.
"""

import os
import secrets

import pytest
from hypothesis import settings

CI_SHARE = 10
"""The divisor of the example counts in the `ci` profile."""

_DEFAULT_EXAMPLES = 100


def is_soak() -> bool:
    """Whether this is `make soak`, with every test at its full count."""
    return bool(os.environ.get("MITHAQ_TEST_SOAK"))


def load_profile() -> None:
    """Register the profiles and load the one for this run. They set no deadline: bench/ measures time."""
    settings.register_profile("default", deadline=None, print_blob=True, max_examples=_DEFAULT_EXAMPLES)
    default = settings.get_profile("default")
    settings.register_profile("ci", default, max_examples=_DEFAULT_EXAMPLES // CI_SHARE)
    settings.register_profile("soak", default, max_examples=3000)
    settings.load_profile("soak" if is_soak() else "ci")


def examples(count: int) -> settings:
    """Return a decorator that runs `count` examples, or a tenth of them in the `ci` profile."""
    is_ci = settings.get_current_profile_name() == "ci"
    return settings(max_examples=count // CI_SHARE if is_ci else count)


def choose_seed(config: pytest.Config) -> None:
    """Draw a random seed for this run, unless one is given or the run is a soak, where Hypothesis draws new ones.

    pytest-xdist passes the options on, so every worker has the same seed.
    """
    if config.option.hypothesis_seed is None and not is_soak():
        config.option.hypothesis_seed = str(secrets.randbelow(2**32))


def describe_run(config: pytest.Config) -> str:
    """Return one line: the CPU time of this process and its children in seconds, and how to draw the same examples."""
    used, profile = sum(os.times()[:4]), settings.get_current_profile_name()
    return f"{used:.1f} s of processor time; hypothesis: {profile}, --hypothesis-seed={config.option.hypothesis_seed}"
