"""What can be proved of the tables of banks alone."""

from farewave.banks import store
from farewave.db.transaction import ReadTx
from farewave.kit.finding import Finding


async def audit(tx: ReadTx) -> list[Finding]:
    """Every contradiction; none when each finished binding left its card."""
    return [
        Finding(
            "banks",
            "binding_left_its_card",
            str(binding.binding_id),
            "it says bound, but there is no card of it",
        )
        for binding in await store.bound_without_card(tx)
    ]
