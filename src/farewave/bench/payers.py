"""People with money and pay codes, made quickly, for benchmarks."""

from collections.abc import Sequence

from farewave.db import Database
from farewave.kit.ids import SYSTEM_ID, derived_id
from farewave.kit.invariant import invariant
from farewave.kit.sealing import Sealer
from farewave.ledger import service as ledger
from farewave.ledger.model import AccountKind, NewAccount, Reason, posted
from farewave.payments import code_payments
from farewave.people import service as people
from farewave.people.hashing import HashCost, PasswordHashing
from farewave.people.model import Actor, PhoneNumber, check_character
from farewave.wallet import service as wallet
from farewave.wallet.model import balance_account_id

PAYERS = 1_000
_BALANCE_FEN = 1_000_00
_PER_COMMIT = 100
_CHEAP = PasswordHashing(HashCost(passes=1, memory_kib=8, lanes=1))
"""Nobody signs in here; the service's cost would take a minute."""


async def funded_payers(database: Database, sealer: Sealer, count: int = PAYERS) -> list[Actor]:
    """So many people with real names, accounts and money."""
    made: list[Actor] = []
    for start in range(0, count, _PER_COMMIT):
        async with database.transaction() as tx:
            for number in range(start, min(start + _PER_COMMIT, count)):
                phone = PhoneNumber.parse(f"139{number:08d}")
                assert phone is not None
                first_17 = f"11010119900101{number:03d}"
                person = await people.ensure_demo_person(
                    tx,
                    sealer,
                    phone=phone,
                    password="benchmark2013",  # noqa: S106 - nobody signs in
                    pay_password="135246",  # noqa: S106
                    name="付款人",
                    identity_number=first_17 + check_character(first_17),
                    hashing=_CHEAP,
                )
                actor = Actor(person.person_id, person.shard, person.user_no, person.person_id)
                await wallet.ensure_account(tx, actor)
                made.append(actor)
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
    for start in range(0, len(payers), _PER_COMMIT):
        async with database.transaction() as tx:
            for payer in payers[start : start + _PER_COMMIT]:
                codes = await code_payments.issue_proved_codes(tx, payer, each_has)
                hands.append([code.code for code in codes])
    return [code for turn in zip(*hands, strict=True) for code in turn][:count]
