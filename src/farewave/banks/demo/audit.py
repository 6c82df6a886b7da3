"""The simulated banks' books against ours: what a bank moved is what we settled.

What a bank moved and we haven't settled yet is in flight: its answer was lost, or is on its way,
and the job that asks will fetch it.
"""

from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

from farewave.banks import rules
from farewave.banks import store as banks_store
from farewave.banks.demo import store
from farewave.banks.demo.model import BookEntry
from farewave.banks.instruction import Instruction, InstructionStatus
from farewave.db.transaction import ReadTx
from farewave.kit.finding import Finding
from farewave.kit.ids import shard_of

_STEP = 1_000


@dataclass
class Reconciliation:
    """Where the books differ, and what is only in flight: instruction ids with their fen."""

    findings: list[Finding] = field(default_factory=list)
    in_flight: dict[UUID, int] = field(default_factory=dict)
    matched: Counter[str] = field(default_factory=Counter)
    """How many settled instructions stand in each bank's books as well."""


async def audit(tx: ReadTx) -> list[Finding]:
    """Every difference between the banks' books and ours; none when only time is to pass."""
    return (await reconcile(tx)).findings


async def is_in_use(tx: ReadTx) -> bool:
    """Whether anybody has an account here: then this database was lived in as a sandbox."""
    return await store.has_accounts(tx)


async def reconcile(tx: ReadTx) -> Reconciliation:
    """Compare entry by entry, then the numbers of them, which shows what we settled unmoved.

    Where nobody has an account there are no simulated banks to compare with.
    """
    made = Reconciliation()
    if not await is_in_use(tx):
        return made
    for bank in rules.BANKS:
        await _compare_bank(tx, bank.bank_code, made)
    settled = await _settled(tx)
    for bank_code in sorted(settled.keys() | made.matched.keys()):
        if settled[bank_code] != made.matched[bank_code]:
            says = f"we settled {settled[bank_code]}, the bank moved {made.matched[bank_code]}"
            made.findings.append(_finding("settled_is_moved", bank_code, says))
    for row in await store.accounts_unlike_entries(tx):
        says = f"balance {row['balance_fen']}, but {row['opening_fen']} and {row['moved']} moved"
        made.findings.append(_finding("bank_balance", bytes(row["card_index"]).hex()[:12], says))
    return made


async def _compare_bank(tx: ReadTx, bank_code: str, made: Reconciliation) -> None:
    last: UUID | None = None
    while batch := await store.moved_after(tx, bank_code, last, _STEP):
        last = batch[-1].instruction_id
        for shard in range(tx.shards):
            entries = [each for each in batch if shard_of(each.instruction_id) == shard]
            ids = [each.instruction_id for each in entries]
            ours = await banks_store.instructions_by_id(tx, shard, ids) if ids else {}
            for entry in entries:
                _compare(entry, ours.get(entry.instruction_id), made)


def _compare(entry: BookEntry, ours: Instruction | None, made: Reconciliation) -> None:
    moved = f"the bank moved {entry.amount_fen} fen ({entry.kind.value})"
    subject = str(entry.instruction_id)
    if ours is None or ours.bank_code != entry.bank_code:
        made.findings.append(_finding("movement_is_ours", subject, f"{moved} that we never asked"))
    elif (ours.kind, ours.amount_fen) != (entry.kind, entry.amount_fen):
        says = f"{moved}, we asked for {ours.amount_fen} ({ours.kind.value})"
        made.findings.append(_finding("movement_is_settled", subject, says))
        made.matched[entry.bank_code] += ours.status is InstructionStatus.SUCCEEDED
    elif ours.status is InstructionStatus.PENDING:
        made.in_flight[entry.instruction_id] = entry.amount_fen
    elif ours.status is InstructionStatus.FAILED:
        made.findings.append(_finding("movement_is_settled", subject, f"{moved}, we say it failed"))
    else:
        made.matched[entry.bank_code] += 1


async def _settled(tx: ReadTx) -> Counter[str]:
    """How many instructions of each bank we have as succeeded."""
    counted: Counter[str] = Counter()
    for shard in range(tx.shards):
        last: UUID | None = None
        while batch := await banks_store.instructions_after(tx, shard, last, _STEP):
            last = batch[-1].instruction_id
            counted.update(
                each.bank_code for each in batch if each.status is InstructionStatus.SUCCEEDED
            )
    return counted


def _finding(check: str, subject: str, says: str) -> Finding:
    return Finding("banks", check, subject, says)
