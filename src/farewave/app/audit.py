"""The audit over all contexts, on one snapshot each."""

from collections.abc import Awaitable, Callable

from farewave.db import Database, ReadTx
from farewave.kit.finding import Finding

Check = Callable[[ReadTx], Awaitable[list[Finding]]]
CHECKS: tuple[Check, ...] = ()


async def audit_everything(database: Database) -> list[Finding]:
    """Every finding of every context; none when the books agree."""
    findings: list[Finding] = []
    async with database.reading() as tx:
        for check in CHECKS:
            findings += await check(tx)
    return findings
