"""Domain events: what happened, when, by whom; for figures on use. No personal data.

Append-only. The tables' owner can't be barred from changing them by REVOKE, so the rule is kept
here: no UPDATE or DELETE of an event exists in this code.
"""

from collections.abc import Mapping
from uuid import UUID

from farewave.db.transaction import Tx
from farewave.kit.ids import new_id


async def record_event(
    tx: Tx,
    *,
    shard: int,
    name: str,
    actor_id: UUID | None,
    attributes: Mapping[str, str | int] = {},
) -> None:
    """Note that `name` (`rail.held`, `payments.paid` …) happened at `tx.now`."""
    await tx.execute(
        "INSERT INTO db.event (shard, event_id, at, name, actor_id, attributes)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        shard,
        new_id(shard, tx.now, tx.chance),
        tx.now,
        name,
        actor_id,
        dict(attributes),
    )
