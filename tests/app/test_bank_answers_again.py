"""A bank that says something once more by itself, the same or another: what has ended stays so."""

import pytest
from structlog.testing import capture_logs

from farewave.banks import service as banks
from farewave.banks import store as banks_store
from farewave.banks.errors import BanksRefusal
from farewave.banks.instruction import Purpose
from farewave.banks.model import BankRefused, BindingStarted, Bound, MoneyAnswer, Moved
from tests.app.bank_world import World

AGAIN = [
    pytest.param(Moved("the-same-again"), id="another serial number"),
    pytest.param(BankRefused(BanksRefusal.BANK_REFUSED, "after all"), id="no, after it said yes"),
]


@pytest.mark.parametrize("purpose", [Purpose.TOP_UP, Purpose.WITHDRAWAL, Purpose.PAYMENT])
@pytest.mark.parametrize("said", AGAIN)
async def test_a_bank_that_answers_again_by_itself_changes_nothing(
    world: World, purpose: Purpose, said: MoneyAnswer
) -> None:
    before = await world.moved(purpose)
    await world.conclude(before, said)
    assert await world.instruction(purpose) == before
    await world.assert_agreed()


@pytest.mark.parametrize("purpose", [Purpose.TOP_UP, Purpose.WITHDRAWAL, Purpose.PAYMENT])
async def test_a_bank_that_says_yes_after_it_said_no_changes_nothing(
    world: World, purpose: Purpose
) -> None:
    """Its books say no, too; were they to say yes, the comparison of the books would show it."""
    await world.fault("refuse")
    before = await world.moved(purpose)
    assert before.failure is BanksRefusal.BANK_REFUSED
    with capture_logs() as logs:
        await world.conclude(before, Moved("after-all"))
    assert "banks.bank_contradicts_itself" in [each["event"] for each in logs]
    assert await world.instruction(purpose) == before
    await world.assert_agreed()


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(Bound("another-token"), id="another token"),
        pytest.param(BankRefused(BanksRefusal.BINDING_EXPIRED, "no"), id="no, after it said yes"),
    ],
)
async def test_a_bank_that_answers_a_binding_again_leaves_the_card_as_it_is(
    world: World, said: Bound | BankRefused
) -> None:
    async with world.database.transaction() as tx:
        actor = world.someone.actor
        (card,) = await banks.cards(tx, actor.shard, actor.person_id)
        binding = await banks_store.lock_binding(
            tx, actor.shard, await tx.fetchval("SELECT binding_id FROM banks.binding")
        )
        assert binding is not None
        sealer = world.app.state.banks.sealer
        # Whoever asked twice is told of the card that there is, whatever the second answer was.
        assert await banks.conclude_confirmation(tx, sealer, binding, said) == card
        again = await banks.conclude_start(tx, binding, BindingStarted("another", "000000"))
        assert again == binding
        assert await banks.cards(tx, actor.shard, actor.person_id) == [card]
    await world.assert_agreed()
