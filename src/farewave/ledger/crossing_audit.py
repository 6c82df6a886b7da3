"""What can be proved of money between shards: each crossing has its steps, and nothing is lost."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from itertools import permutations
from uuid import UUID

from farewave.db import ReadTx
from farewave.kit.finding import Finding
from farewave.ledger import service
from farewave.ledger.crossing import incoming_account, outgoing_account
from farewave.ledger.model import Balance, StoredTransfer, Transfer


@dataclass(frozen=True, slots=True)
class Crossed:
    """A crossing as its context's table has it. `arriving` None: it stayed on one shard.

    `arrived`: the table says that it came there.
    """

    subject: str
    leaving: Transfer
    arriving: Transfer | None
    arrived: bool


Pages = Callable[[int], AsyncIterator[list[Crossed]]]
"""All of the crossings that began on a shard, page by page."""


async def audit_crossings(tx: ReadTx, context: str, noun: str, pages: Pages) -> list[Finding]:
    """Every contradiction between a context's crossings and the books."""
    findings: list[Finding] = []
    under_way: dict[tuple[int, int], int] = {}
    for shard in range(tx.shards):
        async for page in pages(shard):
            left = await service.transfers_by_id(
                tx, shard, [each.leaving.transfer_id for each in page]
            )
            came = await _came(tx, page)
            for each in page:
                if not _stands(each, left, came):
                    says = "a step of it isn't in the books as it says"
                    check = f"{noun}_is_its_ledger_transfers"
                    findings.append(Finding(context, check, each.subject, says))
                there = each.arriving
                if there is not None and there.transfer_id not in came:
                    assert there.amount_fen is not None, "a posted transfer names its amount"
                    pair = (shard, there.shard)
                    under_way[pair] = under_way.get(pair, 0) + there.amount_fen
    return findings + await _unlike_in_transit(tx, context, under_way)


async def _came(tx: ReadTx, page: list[Crossed]) -> dict[UUID, StoredTransfer]:
    came: dict[UUID, StoredTransfer] = {}
    steps = [each.arriving for each in page if each.arriving is not None]
    for shard in {each.shard for each in steps}:
        ids = [each.transfer_id for each in steps if each.shard == shard]
        came |= await service.transfers_by_id(tx, shard, ids)
    return came


def _stands(
    crossed: Crossed, left: dict[UUID, StoredTransfer], came: dict[UUID, StoredTransfer]
) -> bool:
    steps = [(crossed.leaving, left.get(crossed.leaving.transfer_id))]
    if crossed.arriving is not None:
        arrived = came.get(crossed.arriving.transfer_id)
        if crossed.arrived or arrived is not None:
            steps.append((crossed.arriving, arrived))
    return all(
        there is not None
        and (there.debit_account_id, there.credit_account_id, there.amount_fen)
        == (asked.debit_account_id, asked.credit_account_id, asked.amount_fen)
        for asked, there in steps
    )


async def _unlike_in_transit(
    tx: ReadTx, context: str, under_way: dict[tuple[int, int], int]
) -> list[Finding]:
    """The two accounts of a pair of shards differ by what is under way, and by nothing else."""
    findings: list[Finding] = []
    has: dict[UUID, Balance] = {}
    for shard in range(tx.shards):
        others = [other for other in range(tx.shards) if other != shard]
        accounts = [outgoing_account(context, shard, other) for other in others]
        accounts += [incoming_account(context, shard, other) for other in others]
        has |= await service.balances(tx, shard, [each.account_id for each in accounts])
    for here, there in permutations(range(tx.shards), 2):
        left = has.get(outgoing_account(context, here, there).account_id)
        came = has.get(incoming_account(context, there, here).account_id)
        books = (left.posted_fen if left else 0) + (came.posted_fen if came else 0)
        ours = under_way.get((here, there), 0)
        if books != ours:
            says = f"{books} fen are between the books, {ours} are under way"
            check = "in_transit_is_under_way"
            findings.append(Finding(context, check, f"{here}/{there}", says))
    return findings
