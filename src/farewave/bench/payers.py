"""People with money and pay codes, made quickly, for benchmarks."""

from collections.abc import Sequence

from farewave.bench.people import PER_COMMIT, named_people
from farewave.db import Database
from farewave.kit.ids import SYSTEM_ID, derived_id
from farewave.kit.invariant import invariant
from farewave.kit.sealing import Sealer
from farewave.ledger import service as ledger
from farewave.ledger.model import AccountKind, NewAccount, Reason, posted
from farewave.payments import codes as pay_codes
from farewave.people.model import Actor
from farewave.wallet import service as wallet
from farewave.wallet.model import balance_account_id

PAYERS = 1_000
_BALANCE_FEN = 1_000_00


async def funded_payers(database: Database, sealer: Sealer, count: int = PAYERS) -> list[Actor]:
    """So many people with real names, accounts and money."""
    made = await named_people(database, sealer, count, wallet.ensure_account)
    for shard in range(database.shards):
        await _fund(database, shard, [each for each in made if each.shard == shard])
    return made


async def _fund(database: Database, shard: int, payers: Sequence[Actor]) -> None:
    source = derived_id(SYSTEM_ID, shard, "bench.source")
    async with database.transaction() as tx:
        await ledger.open_accounts(
            tx, [NewAccount(source, shard, AccountKind.BANK_SETTLEMENT, SYSTEM_ID)]
        )
        results = await ledger.submit(
            tx,
            [
                posted(
                    derived_id(each.person_id, shard, "bench.funds"),
                    shard,
                    debit=source,
                    credit=balance_account_id(each.person_id, shard),
                    amount_fen=_BALANCE_FEN,
                    reason=Reason.ADJUSTMENT,
                    business="bench",
                )
                for each in payers
            ],
        )
        invariant(all(result.done for result in results), "every payer is funded")


async def new_codes(database: Database, payers: Sequence[Actor], count: int) -> list[str]:
    """So many pay codes, dealt out among `payers` in turn."""
    each_has = -(-count // len(payers))
    hands: list[list[str]] = []
    for start in range(0, len(payers), PER_COMMIT):
        async with database.transaction() as tx:
            for payer in payers[start : start + PER_COMMIT]:
                codes = await pay_codes.issue_proved_codes(tx, payer, each_has)
                hands.append([code.code for code in codes])
    return [code for turn in zip(*hands, strict=True) for code in turn][:count]
