"""Assertions that stay on, also under `python -O`."""


class InvariantBroken(AssertionError):  # noqa: N818 - reads as the sentence it is
    """A bug: the program is in a state that its rules exclude. Never caught or shown to a user."""


def invariant(holds: bool, says: str) -> None:
    """Stop unless `holds`. `says` names the rule that would be broken, in the present tense."""
    if not holds:
        raise InvariantBroken(says)
