"""The simulated banks' books against ours: what a bank took is what we posted.

It reads our ledger by the ids that belong to an instruction. What the bank took and we haven't
posted yet is in flight: its answer was lost, or is on its way, and the top-up job will fetch it.
"""

from dataclasses import dataclass, field
from uuid import UUID

from farewave.banks import rules
from farewave.banks.demo import store
from farewave.banks.demo.model import BookEntry
from farewave.banks.model import InstructionTransfers, settlement_account_id
from farewave.db.transaction import ReadTx
from farewave.kit.finding import Finding
from farewave.kit.ids import shard_of
from farewave.ledger import service as ledger

_STEP = 1_000


@dataclass
class Reconciliation:
    """Where the books differ, and what is only in flight: instruction ids with their fen."""

    findings: list[Finding] = field(default_factory=list)
    in_flight: dict[UUID, int] = field(default_factory=dict)


async def audit(tx: ReadTx) -> list[Finding]:
    """Every difference between the banks' books and ours; none when only time is to pass."""
    return (await reconcile(tx)).findings


async def is_in_use(tx: ReadTx) -> bool:
    """Whether anybody has an account here: then this database was lived in as a sandbox."""
    return await store.has_accounts(tx)


async def reconcile(tx: ReadTx) -> Reconciliation:
    """Compare debit by debit, then the totals, which shows what we posted without a debit."""
    made = Reconciliation()
    for bank in rules.BANKS:
        await _compare_bank(tx, bank.bank_code, made)
    for row in await store.accounts_unlike_entries(tx):
        says = f"balance {row['balance_fen']}, but {row['opening_fen']} and {row['moved']} moved"
        made.findings.append(_finding("bank_balance", bytes(row["card_index"]).hex()[:12], says))
    return made


async def _compare_bank(tx: ReadTx, bank_code: str, made: Reconciliation) -> None:
    matched_fen = [0] * tx.shards
    last: UUID | None = None
    while batch := await store.moved_after(tx, bank_code, last, _STEP):
        last = batch[-1].instruction_id
        for shard in range(tx.shards):
            entries = [each for each in batch if shard_of(each.instruction_id) == shard]
            matched_fen[shard] += await _compare(tx, shard, entries, made)
    for shard in range(tx.shards):
        await _compare_totals(tx, bank_code, shard, matched_fen[shard], made)


async def _compare(tx: ReadTx, shard: int, entries: list[BookEntry], made: Reconciliation) -> int:
    """Judge debits of one shard; the fen that stand in both books come back."""
    of = {each.instruction_id: InstructionTransfers.of(each.instruction_id) for each in entries}
    wanted = [an_id for ids in of.values() for an_id in (ids.pending_id, ids.post_id, ids.void_id)]
    ours = await ledger.transfers_by_id(tx, shard, wanted) if wanted else {}
    matched_fen = 0
    for entry in entries:
        ids, subject = of[entry.instruction_id], str(entry.instruction_id)
        begun, posted = ours.get(ids.pending_id), ours.get(ids.post_id)
        if posted is not None:
            matched_fen += posted.amount_fen
            if posted.amount_fen != entry.amount_fen:
                says = f"the bank took {entry.amount_fen} fen, we posted {posted.amount_fen}"
                made.findings.append(_finding("debit_is_posted", subject, says))
        elif ids.void_id in ours:
            says = f"the bank took {entry.amount_fen} fen, we voided it"
            made.findings.append(_finding("debit_is_posted", subject, says))
        elif begun is not None and begun.amount_fen == entry.amount_fen:
            made.in_flight[entry.instruction_id] = entry.amount_fen
        else:
            says = f"the bank took {entry.amount_fen} fen that we never asked for"
            made.findings.append(_finding("debit_is_ours", subject, says))
    return matched_fen


async def _compare_totals(
    tx: ReadTx, bank_code: str, shard: int, matched_fen: int, made: Reconciliation
) -> None:
    account_id = settlement_account_id(bank_code, shard)
    balance = (await ledger.balances(tx, shard, [account_id])).get(account_id)
    posted_fen = balance.debits_posted if balance else 0
    if posted_fen != matched_fen:
        says = f"we posted {posted_fen} fen, of which {matched_fen} stand in the bank's books"
        made.findings.append(_finding("posted_is_debited", f"{bank_code}/{shard}", says))


def _finding(check: str, subject: str, says: str) -> Finding:
    return Finding("banks", check, subject, says)
