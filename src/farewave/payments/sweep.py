"""A merchant's money on its way between its sub-accounts: the noun and the plans, pure.

A payment credits the merchant's sub-account on the payer's shard and touches no other. A job brings
what has gathered there to the merchant's home shard; a refund on a shard that was swept brings back
what it needs. Either way it is a crossing (`ledger.crossing`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from farewave.kit.ids import derived_id, id_text
from farewave.ledger.crossing import Crossing
from farewave.ledger.model import Reason
from farewave.payments.model import merchant_account_id

CONTEXT = "payments"
"""Whose accounts the money is in on its way."""
PREFIX = "swp"
CHECK_AFTER = timedelta(seconds=5)
"""By then whoever began it has carried it through, or died."""


def home_shard(merchant_id: UUID, shards: int) -> int:
    """Where a merchant's money is brought together: not the shard in its id, one for all."""
    return merchant_id.int % shards


@dataclass(frozen=True, slots=True)
class Sweep:
    """Money that left `shard` for `to_shard`; `arrived_at` is None while it is on its way."""

    shard: int
    sweep_id: UUID
    merchant_id: UUID
    to_shard: int
    amount_fen: int
    created_at: datetime
    arrived_at: datetime | None = None

    @property
    def text(self) -> str:
        """The id as operators see it."""
        return id_text(PREFIX, self.sweep_id)

    @property
    def crossing(self) -> Crossing:
        """Its two steps; their ids follow from the sweep's."""
        return Crossing(
            context=CONTEXT,
            shard=self.shard,
            to_shard=self.to_shard,
            leaving_id=derived_id(self.sweep_id, self.shard, "payments.sweep.leaving"),
            arriving_id=derived_id(self.sweep_id, self.to_shard, "payments.sweep.arriving"),
            debit_account_id=merchant_account_id(self.merchant_id, self.shard),
            credit_account_id=merchant_account_id(self.merchant_id, self.to_shard),
            amount_fen=self.amount_fen,
            reason=Reason.SWEEP,
            business=f"sweep:{self.text}",
        )


def plan_back(
    available_fen: Mapping[int, int], shard: int, home: int, amount_fen: int
) -> list[tuple[int, int]] | None:
    """Which shards send how much to `shard`, so that it has `amount_fen`; None: nobody has it.

    The home shard first: there it mostly is. `available_fen` is by shard.
    """
    missing_fen = amount_fen - available_fen.get(shard, 0)
    plan: list[tuple[int, int]] = []
    for other in sorted(available_fen, key=lambda each: (each != home, each)):
        part_fen = min(missing_fen, available_fen[other])
        if other != shard and part_fen > 0:
            plan.append((other, part_fen))
            missing_fen -= part_fen
    return None if missing_fen > 0 else plan
