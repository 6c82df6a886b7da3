"""What can be proved of banks: cards left by bindings, money between us and each bank."""

from collections import Counter
from uuid import UUID

from farewave.banks import store
from farewave.banks.instruction import Instruction, InstructionStatus, InstructionTransfers
from farewave.banks.model import (
    InstructionKind,
    in_transit_account_id,
    payout_account_id,
    settlement_account_id,
)
from farewave.db.transaction import ReadTx
from farewave.kit.finding import Finding
from farewave.kit.ids import derived_id
from farewave.ledger import service as ledger
from farewave.ledger.model import StoredTransfer

_STEP = 1_000
Fen = Counter[tuple[str, InstructionKind, InstructionStatus]]


async def audit(tx: ReadTx) -> list[Finding]:
    """Every contradiction: bindings and cards, instructions and transfers, instructions and the
    totals of each bank's accounts.
    """
    findings = [
        _finding("binding_left_its_card", str(each.binding_id), "bound, but there is no card of it")
        for each in await store.bound_without_card(tx)
    ]
    for shard in range(tx.shards):
        findings += await _audit_shard(tx, shard)
    return findings


async def _audit_shard(tx: ReadTx, shard: int) -> list[Finding]:
    findings: list[Finding] = []
    fen: Fen = Counter()
    last: UUID | None = None
    while batch := await store.instructions_after(tx, shard, last, _STEP):
        last = batch[-1].instruction_id
        ids = [an_id for each in batch for an_id in _ids(each)]
        transfers = await ledger.transfers_by_id(tx, shard, ids)
        for each in batch:
            fen[(each.bank_code, each.kind, each.status)] += each.amount_fen
            says = _unlike_transfers(each, transfers)
            if says is not None:
                findings.append(_finding("instruction_is_its_transfers", each.text, says))
    for bank_code in sorted({bank_code for bank_code, _, _ in fen}):
        findings += await _unlike_totals(tx, shard, bank_code, fen)
    return findings


def _ids(instruction: Instruction) -> tuple[UUID, UUID, UUID, UUID]:
    ids = InstructionTransfers.of(instruction.instruction_id)
    return ids.begin_id, ids.settle_id, ids.return_id, _early_id(instruction)


def _early_id(instruction: Instruction) -> UUID:
    """The pending transfer of a top-up from before there were in-transit accounts."""
    return derived_id(instruction.instruction_id, instruction.shard, "banks.instruction.pending")


def _unlike_transfers(
    instruction: Instruction, transfers: dict[UUID, StoredTransfer]
) -> str | None:
    """It went into transit whole; it went on, back, or is there still, as its status says."""
    begin_id, settle_id, return_id, early_id = _ids(instruction)
    if early_id in transfers:
        return None
    begun, settled, returned = (transfers.get(an_id) for an_id in (begin_id, settle_id, return_id))
    transit = in_transit_account_id(instruction.bank_code, instruction.shard)
    if begun is None or begun.amount_fen != instruction.amount_fen:
        return "no transfer of its amount went into transit"
    if begun.credit_account_id != transit:
        return "its money went elsewhere than into transit"
    status = instruction.status
    expected = (status is InstructionStatus.SUCCEEDED, status is InstructionStatus.FAILED)
    if (settled is not None, returned is not None) != expected:
        where = "went on" if settled else "went back" if returned else "is in transit"
        return f"it says {status.value}, its money {where}"
    ended = settled or returned
    if ended is None:
        return None
    if (ended.amount_fen, ended.debit_account_id) != (instruction.amount_fen, transit):
        return "another amount left transit, or from elsewhere"
    debit = instruction.kind is InstructionKind.DEBIT
    settlement = settlement_account_id(instruction.bank_code, instruction.shard)
    payout = payout_account_id(instruction.bank_code, instruction.shard)
    if debit and (begun.debit_account_id, returned and returned.credit_account_id) not in (
        (settlement, None),
        (settlement, settlement),
    ):
        return "the bank's side of it is another account"
    if not debit and settled and settled.credit_account_id != payout:
        return "the bank's side of it is another account"
    return None


async def _unlike_totals(tx: ReadTx, shard: int, bank_code: str, fen: Fen) -> list[Finding]:
    """The bank's accounts hold what its instructions say, and nothing else."""

    def summed(*kinds: InstructionKind, status: InstructionStatus) -> int:
        return sum(fen[(bank_code, kind, status)] for kind in kinds)

    pending, done = InstructionStatus.PENDING, InstructionStatus.SUCCEEDED
    debit, credit, refund = InstructionKind
    expected = {
        settlement_account_id(bank_code, shard): -summed(debit, status=done)
        - summed(debit, status=pending),
        in_transit_account_id(bank_code, shard): summed(*InstructionKind, status=pending),
        payout_account_id(bank_code, shard): summed(credit, refund, status=done),
    }
    names = ("settlement", "in_transit", "payout")
    balances = await ledger.balances(tx, shard, list(expected))
    findings = []
    for name, (account_id, wanted_fen) in zip(names, expected.items(), strict=True):
        balance = balances.get(account_id)
        posted_fen = balance.posted_fen if balance else 0
        if posted_fen != wanted_fen:
            says = f"{posted_fen} fen in the ledger, {wanted_fen} by instructions"
            findings.append(_finding(f"{name}_is_instructions", f"{bank_code}/{shard}", says))
    return findings


def _finding(check: str, subject: str, says: str) -> Finding:
    return Finding("banks", check, subject, says)
