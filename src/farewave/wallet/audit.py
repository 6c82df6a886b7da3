"""What can be proved of the wallet: each top-up agrees with its transfers and with its bill."""

from uuid import UUID

from farewave.banks.model import InstructionTransfers, settlement_account_id
from farewave.db.transaction import ReadTx
from farewave.kit.finding import Finding
from farewave.ledger import service as ledger
from farewave.ledger.model import Stage, StoredTransfer
from farewave.wallet import store
from farewave.wallet.model import Bill, Direction, TopUp, TopUpStatus, balance_account_id

_STEP = 1_000


async def audit(tx: ReadTx) -> list[Finding]:
    """Every contradiction; none when top-ups, transfers and bills say the same."""
    findings: list[Finding] = []
    for shard in range(tx.shards):
        findings += await _audit_shard(tx, shard)
    return findings


async def _audit_shard(tx: ReadTx, shard: int) -> list[Finding]:
    findings: list[Finding] = []
    fen: dict[tuple[str, TopUpStatus], int] = {}
    seen, last = 0, None
    while batch := await store.top_ups_after(tx, shard, last, _STEP):
        last = batch[-1].top_up_id
        seen += len(batch)
        bills = await store.bills_of_top_ups(tx, shard, batch)
        wanted = [an_id for each in batch for an_id in _ids(each)]
        transfers = await ledger.transfers_by_id(tx, shard, wanted)
        for each in batch:
            place = (each.bank_code, each.status)
            fen[place] = fen.get(place, 0) + each.amount_fen
            findings += _unlike_transfers(each, transfers)
            findings += _unlike_bill(each, bills.get(each.text))
    bills_count = await store.count_top_up_bills(tx, shard)
    if bills_count != seen:
        says = f"{bills_count} bills of {seen} top-ups"
        findings.append(_finding("a_bill_is_of_a_top_up", str(shard), says))
    return findings + await _unlike_settlement(tx, shard, fen)


def _ids(top_up: TopUp) -> tuple[UUID, UUID, UUID]:
    ids = InstructionTransfers.of(top_up.top_up_id)
    return ids.pending_id, ids.post_id, ids.void_id


def _unlike_transfers(top_up: TopUp, transfers: dict[UUID, StoredTransfer]) -> list[Finding]:
    """A top-up is pending, succeeded or failed as its transfer is pending, posted or voided."""
    begun, posted, voided = (transfers.get(an_id) for an_id in _ids(top_up))
    check = "top_up_is_its_transfers"
    accounts = (
        settlement_account_id(top_up.bank_code, top_up.shard),
        balance_account_id(top_up.person_id, top_up.shard),
    )
    if begun is None or begun.stage is not Stage.PENDING or begun.amount_fen != top_up.amount_fen:
        return [_finding(check, top_up.text, "it has no pending transfer of its amount")]
    if (begun.debit_account_id, begun.credit_account_id) != accounts:
        return [_finding(check, top_up.text, "its transfer is between other accounts")]
    expected = (
        top_up.status is TopUpStatus.SUCCEEDED,
        top_up.status is TopUpStatus.FAILED,
    )
    if (posted is not None, voided is not None) != expected:
        ended = "posted" if posted else "voided" if voided else "pending"
        says = f"it says {top_up.status.value}, its transfer is {ended}"
        return [_finding(check, top_up.text, says)]
    if posted is not None and posted.amount_fen != top_up.amount_fen:
        return [_finding(check, top_up.text, f"{posted.amount_fen} fen were posted of it")]
    return []


def _unlike_bill(top_up: TopUp, bill: Bill | None) -> list[Finding]:
    check = "top_up_has_its_bill"
    if bill is None:
        return [_finding(check, top_up.text, "it has no bill")]
    billed = (bill.status.value, bill.amount_fen, bill.direction)
    if billed != (top_up.status.value, top_up.amount_fen, Direction.IN):
        says = f"it says {top_up.status.value} {top_up.amount_fen}, its bill {billed}"
        return [_finding(check, top_up.text, says)]
    return []


async def _unlike_settlement(
    tx: ReadTx, shard: int, fen: dict[tuple[str, TopUpStatus], int]
) -> list[Finding]:
    """What banks were told to pay us is what top-ups say: no transfer without a top-up."""
    findings = []
    for bank_code in sorted({bank_code for bank_code, _ in fen}):
        account_id = settlement_account_id(bank_code, shard)
        balance = (await ledger.balances(tx, shard, [account_id])).get(account_id)
        books = (balance.debits_posted, balance.debits_pending) if balance else (0, 0)
        ours = (
            fen.get((bank_code, TopUpStatus.SUCCEEDED), 0),
            fen.get((bank_code, TopUpStatus.PENDING), 0),
        )
        if books != ours:
            says = f"posted and pending fen: {books} in the ledger, {ours} by top-ups"
            findings.append(_finding("settlement_is_top_ups", f"{bank_code}/{shard}", says))
    return findings


def _finding(check: str, subject: str, says: str) -> Finding:
    return Finding("wallet", check, subject, says)
