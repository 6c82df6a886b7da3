"""How Hypothesis looks for examples: `make test` always takes the same, `make test-all` others each
time and ten times as many. How long one takes is nobody's fault on a machine that has much to do.
"""

from hypothesis import HealthCheck, settings

PINNED, WIDE = "pinned", "wide"


def register_profiles() -> None:
    """Make both known to `--hypothesis-profile`, and the pinned one the default."""
    timeless = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.register_profile(PINNED, timeless, derandomize=True)
    settings.register_profile(WIDE, timeless, max_examples=1000, print_blob=True)
    settings.load_profile(PINNED)


def examples(count: int) -> int:
    """`count` of the pinned profile, ten times as many of the wide one: for `max_examples`."""
    return count * settings().max_examples // 100
