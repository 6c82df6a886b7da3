"""What is logged of an exception: enough to find the place, nothing that somebody sent.

An exception's message may quote a phone number or a password (PostgreSQL's DETAIL does, and
Pydantic's, and `int()`'s), so it stays out. Our own invariants' sentences hold no values.
"""

import traceback

import asyncpg

from farewave.kit.invariant import InvariantBroken


def facts_of(bug: BaseException) -> dict[str, object]:
    """Type, our frames, and what the database names (state and constraint), as log fields."""
    facts: dict[str, object] = {
        "error": type(bug).__name__,
        "frames": [
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(bug.__traceback__)
            if "/site-packages/" not in frame.filename
        ],
    }
    if isinstance(bug, InvariantBroken):
        facts["invariant"] = str(bug)
    if isinstance(bug, asyncpg.PostgresError):
        facts |= {"sqlstate": bug.sqlstate, "constraint": getattr(bug, "constraint_name", None)}
    return facts
