"""Domain events: what happened, when, by whom; for figures on use. No personal data.

Append-only. The tables' owner can't be barred from changing them by REVOKE, so the rule is kept
here: no UPDATE or DELETE of an event exists in this code.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from farewave.db.transaction import Tx
from farewave.kit.ids import new_ids


class NewEvent(NamedTuple):
    """What happened, by whom, with which figures."""

    name: str
    actor_id: UUID | None
    attributes: Mapping[str, str | int]


async def record_events(tx: Tx, shard: int, events: Sequence[NewEvent]) -> None:
    """As `record_event`, for many at once; none costs nothing."""
    if not events:
        return
    await tx.execute(
        "INSERT INTO db.event (shard, event_id, at, name, actor_id, attributes)"
        " SELECT $1::smallint, n.event_id, $2::timestamptz, n.name, n.actor_id, n.attributes"
        " FROM unnest($3::uuid[], $4::text[], $5::uuid[], $6::jsonb[])"
        " AS n (event_id, name, actor_id, attributes)",
        shard,
        tx.now,
        new_ids(shard, tx.now, tx.chance, len(events)),
        [event.name for event in events],
        [event.actor_id for event in events],
        [dict(event.attributes) for event in events],
    )


async def record_event(
    tx: Tx,
    *,
    shard: int,
    name: str,
    actor_id: UUID | None,
    attributes: Mapping[str, str | int] = {},
) -> None:
    """Note that `name` (`rail.held`, `payments.paid` …) happened at `tx.now`."""
    await record_events(tx, shard, [NewEvent(name, actor_id, attributes)])
