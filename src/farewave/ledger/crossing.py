"""Money that crosses from one shard to another: two steps in two books, pure.

Each step is its own commit and safe to repeat, because its id is the caller's. On the first shard
the money pays into what is on its way **to** the other; there it is paid from what is on its way
**from** the first. The two accounts of a pair of shards hold the same amount when nothing is under
way. Each context that sends money across has accounts of its own; `audit_crossings` proves them.
"""

from dataclasses import dataclass
from uuid import UUID

from farewave.kit.ids import SYSTEM_ID, derived_id
from farewave.ledger.model import AccountKind, NewAccount, Reason, Transfer, posted


@dataclass(frozen=True, slots=True)
class Crossing:
    """`context` names whose crossing it is; the two accounts are on `shard` and on `to_shard`."""

    context: str
    shard: int
    to_shard: int
    leaving_id: UUID
    arriving_id: UUID
    debit_account_id: UUID
    credit_account_id: UUID
    amount_fen: int
    reason: Reason
    business: str

    @property
    def outgoing(self) -> NewAccount:
        """What left for `to_shard`."""
        return outgoing_account(self.context, self.shard, self.to_shard)

    @property
    def incoming(self) -> NewAccount:
        """What came from `shard`."""
        return incoming_account(self.context, self.to_shard, self.shard)

    def leaving(self) -> Transfer:
        """The first step."""
        return posted(
            self.leaving_id,
            self.shard,
            debit=self.debit_account_id,
            credit=self.outgoing.account_id,
            amount_fen=self.amount_fen,
            reason=self.reason,
            business=self.business,
        )

    def arriving(self) -> Transfer:
        """The second step."""
        return posted(
            self.arriving_id,
            self.to_shard,
            debit=self.incoming.account_id,
            credit=self.credit_account_id,
            amount_fen=self.amount_fen,
            reason=self.reason,
            business=self.business,
        )


def outgoing_account(context: str, shard: int, to_shard: int) -> NewAccount:
    """What left `shard` for `to_shard`: credited only."""
    return _in_transit(shard, f"{context}.in_transit.to.{to_shard}")


def incoming_account(context: str, shard: int, from_shard: int) -> NewAccount:
    """What came to `shard` from `from_shard`: debited only."""
    return _in_transit(shard, f"{context}.in_transit.from.{from_shard}")


def _in_transit(shard: int, label: str) -> NewAccount:
    return NewAccount(
        account_id=derived_id(SYSTEM_ID, shard, label),
        shard=shard,
        kind=AccountKind.IN_TRANSIT,
        owner_id=SYSTEM_ID,
    )
