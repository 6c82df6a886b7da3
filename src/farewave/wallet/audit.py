"""What can be proved of the wallet: each top-up and withdrawal is the balance's, and has its bill.

That an instruction agrees with its transfers is proved by `banks.audit`.
"""

from uuid import UUID

from farewave.banks import service as banks
from farewave.banks.instruction import Instruction, InstructionTransfers, Purpose
from farewave.db.transaction import ReadTx
from farewave.kit.finding import Finding
from farewave.ledger import service as ledger
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
    findings: list[Finding] = []
    under_way: dict[tuple[int, int], int] = {}
    for shard in range(tx.shards):
        last: UUID | None = None
        while batch := await store.sent_after(tx, shard, last, _STEP):
            last = batch[-1].transfer_id
            left = await ledger.transfers_by_id(tx, shard, [each.leaving_id for each in batch])
            came: dict[UUID, StoredTransfer] = {}
            for there in range(tx.shards):
                far = [each.arriving_id for each in batch if each.payee_shard == there != shard]
                came |= await ledger.transfers_by_id(tx, there, far)
            for each in batch:
                findings += _unlike_steps(each, left, came)
                if not each.on_one_shard and each.arriving_id not in came:
                    pair = (shard, each.payee_shard)
                    under_way[pair] = under_way.get(pair, 0) + each.amount_fen
    return findings + await _unlike_in_transit(tx, under_way)


def _unlike_steps(
    sent: Sent, left: dict[UUID, StoredTransfer], came: dict[UUID, StoredTransfer]
) -> list[Finding]:
    steps = [(transfer.leaving(sent), left.get(sent.leaving_id))]
    arrived = came.get(sent.arriving_id)
    if not sent.on_one_shard and (sent.arrived_at is not None or arrived is not None):
        steps.append((transfer.arriving(sent), arrived))
    for asked, there in steps:
        alike = there is not None and (
            there.debit_account_id,
            there.credit_account_id,
            there.amount_fen,
        ) == (asked.debit_account_id, asked.credit_account_id, asked.amount_fen)
        if not alike:
            check = "transfer_is_its_ledger_transfers"
            return [_finding(check, sent.text, "a step of it isn't in the books as it says")]
    return []


async def _unlike_in_transit(tx: ReadTx, under_way: dict[tuple[int, int], int]) -> list[Finding]:
    """The two accounts of a pair of shards differ by what is under way, and by nothing else."""
    findings: list[Finding] = []
    for here in range(tx.shards):
        for there in range(tx.shards):
            if here == there:
                continue
            out = transfer.outgoing_account(here, there).account_id
            into = transfer.incoming_account(there, here).account_id
            left = (await ledger.balances(tx, here, [out])).get(out)
            came = (await ledger.balances(tx, there, [into])).get(into)
            books = (left.posted_fen if left else 0) + (came.posted_fen if came else 0)
            ours = under_way.get((here, there), 0)
            if books != ours:
                says = f"{books} fen are between the books, {ours} are under way"
                findings.append(_finding("in_transit_is_under_way", f"{here}/{there}", says))
    return findings
