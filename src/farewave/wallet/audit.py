"""What can be proved of the wallet: each top-up and withdrawal is the balance's, and has its bill.

That an instruction agrees with its transfers is proved by `banks.audit`.
"""

from collections.abc import AsyncIterator
from uuid import UUID

from farewave.banks import service as banks
from farewave.banks.instruction import Instruction, InstructionTransfers, Purpose
from farewave.db.transaction import ReadTx
from farewave.kit.finding import Finding
from farewave.ledger import service as ledger
from farewave.ledger.crossing_audit import Crossed, audit_crossings
from farewave.ledger.model import StoredTransfer
from farewave.wallet import rules, store, transfer
from farewave.wallet.model import Bill, BillKind, balance_account_id
from farewave.wallet.transfer import Sent

_STEP = 1_000
_KINDS = (BillKind.TOP_UP, BillKind.WITHDRAWAL)


async def audit(tx: ReadTx) -> list[Finding]:
    """Every contradiction; none when instructions, balances and bills say the same."""
    findings: list[Finding] = []
    for shard in range(tx.shards):
        findings += await _audit_shard(tx, shard)
    return findings + await _audit_transfers(tx)


async def _audit_shard(tx: ReadTx, shard: int) -> list[Finding]:
    findings: list[Finding] = []
    seen = 0
    last: UUID | None = None
    while batch := await banks.instructions_after(tx, shard, last, _STEP):
        last = batch[-1].instruction_id
        moves = [each for each in batch if each.purpose in rules.MOVES]
        seen += len(moves)
        transfers = await ledger.transfers_by_id(
            tx, shard, [an_id for each in moves for an_id in _ids(each)]
        )
        bills = await _bills(tx, shard, moves)
        for each in moves:
            findings += _unlike_balance(each, transfers) + _unlike_bill(each, bills.get(each.text))
    counted = await store.count_bills(tx, shard, _KINDS)
    if counted != seen:
        says = f"{counted} bills of {seen} top-ups and withdrawals"
        findings.append(_finding("a_bill_is_of_a_move", str(shard), says))
    return findings


def _ids(move: Instruction) -> tuple[UUID, UUID, UUID]:
    ids = InstructionTransfers.of(move.instruction_id)
    return ids.begin_id, ids.settle_id, ids.return_id


async def _bills(tx: ReadTx, shard: int, moves: list[Instruction]) -> dict[str, Bill]:
    found: dict[str, Bill] = {}
    for purpose in rules.MOVES:
        references = [(each.person_id, each.text) for each in moves if each.purpose is purpose]
        for bill in await store.bills_of_references(tx, shard, purpose.value, references):
            found[bill.key.reference_id] = bill
    return found


def _unlike_balance(move: Instruction, transfers: dict[UUID, StoredTransfer]) -> list[Finding]:
    """Whatever of it touched somebody's balance touched its person's."""
    begun, settled, returned = (transfers.get(an_id) for an_id in _ids(move))
    if move.purpose is Purpose.TOP_UP:
        touched = [settled.credit_account_id] if settled else []
    else:
        touched = [begun.debit_account_id] if begun else []
        touched += [returned.credit_account_id] if returned else []
    balance = balance_account_id(move.person_id, move.shard)
    if set(touched) <= {balance}:
        return []
    return [_finding("move_is_the_balances", move.text, "its transfers name another account")]


def _unlike_bill(move: Instruction, bill: Bill | None) -> list[Finding]:
    check = "move_has_its_bill"
    if bill is None:
        return [_finding(check, move.text, "it has no bill")]
    expected = rules.bill(move, banks.bank_info(move.bank_code))
    billed = (bill.key, bill.status.value, bill.amount_fen, bill.direction)
    if billed != (expected.key, move.status.value, move.amount_fen, expected.direction):
        says = f"it says {move.status.value} {move.amount_fen}, its bill {billed[1:3]}"
        return [_finding(check, move.text, says)]
    return []


def _finding(check: str, subject: str, says: str) -> Finding:
    return Finding("wallet", check, subject, says)


async def _audit_transfers(tx: ReadTx) -> list[Finding]:
    """Money sent: each has its steps in the books, and what is between two shards is under way."""

    async def pages(shard: int) -> AsyncIterator[list[Crossed]]:
        last: UUID | None = None
        while batch := await store.sent_after(tx, shard, last, _STEP):
            last = batch[-1].transfer_id
            yield [_crossed(each) for each in batch]

    return await audit_crossings(tx, transfer.CONTEXT, "transfer", pages)


def _crossed(sent: Sent) -> Crossed:
    arriving = None if sent.on_one_shard else sent.crossing.arriving()
    return Crossed(sent.text, transfer.leaving(sent), arriving, sent.arrived_at is not None)
