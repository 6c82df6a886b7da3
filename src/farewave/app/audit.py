"""The audit over all contexts, on one snapshot."""

from collections.abc import Awaitable, Callable

from farewave.banks import audit as banks
from farewave.banks.demo import audit as demo_bank
from farewave.db import Database, ReadTx
from farewave.kit.finding import Finding
from farewave.ledger import audit as ledger
from farewave.payments import audit as payments
from farewave.people import audit as people
from farewave.rail import audit as rail
from farewave.wallet import audit as wallet

Check = Callable[[ReadTx], Awaitable[list[Finding]]]
CHECKS: tuple[Check, ...] = (
    ledger.audit,
    people.findings,
    banks.audit,
    demo_bank.audit,
    wallet.audit,
    payments.audit,
    rail.audit,
)
_PATIENCE_S = 600.0


async def audit_everything(database: Database) -> list[Finding]:
    """Every finding of every context; none when the books agree."""
    findings: list[Finding] = []
    async with database.reading(patience_s=_PATIENCE_S) as tx:
        for check in CHECKS:
            findings += await check(tx)
    return findings
