"""The audits see what is wrong with top-ups, on either side."""

from uuid import UUID

import pytest

from farewave.banks.demo.model import Fault
from farewave.banks.instruction import InstructionStatus
from farewave.banks.model import Moved
from farewave.wallet import service
from farewave.wallet.model import WalletView
from tests.support.banks import bound_card, demo_bank
from tests.support.people import signed_up_person
from tests.support.wallet import audited, with_balance
from tests.wallet.move_scene import AMOUNT_FEN
from tests.wallet.top_up_scene import Scene


async def checks_of(database) -> set[str]:
    findings, _ = await audited(database)
    return {finding.check for finding in findings}


@pytest.mark.parametrize(
    ("damage", "check"),
    [
        (
            "UPDATE banks.instruction SET status = 'pending', finished_at = NULL,"
            " bank_serial = NULL",
            "instruction_is_its_transfers",
        ),
        ("UPDATE banks.instruction SET amount_fen = 1", "instruction_is_its_transfers"),
        ("UPDATE banks.instruction SET amount_fen = 1", "settlement_is_instructions"),
        ("DELETE FROM wallet.bill", "move_has_its_bill"),
        ("UPDATE wallet.bill SET status = 'failed'", "move_has_its_bill"),
        ("DELETE FROM banks.instruction", "a_bill_is_of_a_move"),
        ("DELETE FROM banks.instruction", "movement_is_ours"),
        ("UPDATE banks.instruction SET person_id = card_id", "move_is_the_balances"),
        ("DELETE FROM demo_bank.instruction", "settled_is_moved"),
        ("UPDATE demo_bank.instruction SET amount_fen = amount_fen + 1", "movement_is_settled"),
        ("UPDATE demo_bank.account SET balance_fen = balance_fen + 1", "bank_balance"),
    ],
)
async def test_the_audits_find_what_was_tampered_with(database, sealer, damage, check):
    someone = await signed_up_person(database, sealer, real_name=False, pay_password=None)
    await with_balance(database, someone.person, AMOUNT_FEN)
    assert await audited(database) == ([], {})
    async with database.transaction() as tx:
        await tx.execute(damage)
    assert check in await checks_of(database)


async def test_money_that_the_bank_took_and_we_voided_is_found(database, sealer):
    bank = demo_bank(database, sealer)
    someone = await signed_up_person(database, sealer)
    card = await bound_card(database, sealer, bank, someone)
    scene = Scene(database, sealer, bank, someone, card)
    await bank.set_fault(Fault.REFUSE)
    top_up = await scene.top_up("voided---")
    assert top_up.status is InstructionStatus.FAILED
    async with database.transaction() as tx:
        await tx.execute("UPDATE demo_bank.instruction SET refusal = NULL")
    assert await checks_of(database) == {"movement_is_settled", "bank_balance"}


async def test_money_that_the_bank_took_unasked_is_found(database, sealer):
    bank = demo_bank(database, sealer)
    someone = await signed_up_person(database, sealer)
    card = await bound_card(database, sealer, bank, someone)
    token = card.token.reveal(sealer)
    assert isinstance(await bank.debit(UUID(int=7 << 76), token, 5, "?"), Moved)
    assert await checks_of(database) == {"movement_is_ours"}


async def test_a_helper_fills_wallets_of_any_size(database, sealer):
    someone = await signed_up_person(database, sealer)
    await with_balance(database, someone.actor, 120_000_00)
    await with_balance(database, someone.person, 1)
    async with database.reading() as tx:
        view = await service.balance(tx, someone.actor.shard, someone.actor.person_id)
    assert view == WalletView(120_000_01, 120_000_01, 0)
    assert await audited(database) == ([], {})
