"""Commands by the key that their caller chose: carried out once, a success repeated verbatim.

The row is written before the work, so a second transaction with the key waits for the first one's
end: then it finds the success, or nothing (the first was refused or lost) and does the work itself.
"""

import hashlib
import json
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
from pydantic import BaseModel

from farewave.db.errors import Overtaken
from farewave.db.transaction import ReadTx, Tx
from farewave.kit.invariant import invariant
from farewave.kit.limits import IDEMPOTENCY_KEPT_DAYS, IDEMPOTENCY_KEY_CHARS_MAX
from farewave.kit.outcome import KitRefusal, Refused

_KEY = re.compile(rf"[A-Za-z0-9_-]{{8,{IDEMPOTENCY_KEY_CHARS_MAX}}}")

# Six digits can be found from a hash by trying: what is secret doesn't go into the digest.
_SECRET = frozenset({"password", "pay_password", "new_password", "code"})


@dataclass(frozen=True, slots=True)
class Command:
    """Whose command, under which key, and what it asks."""

    shard: int
    actor_id: UUID
    key: str
    operation: str
    body_sha256: bytes


@dataclass(frozen=True, slots=True)
class Done:
    """An answer: its status and its text. `repeated`: it was given before."""

    status: int
    response: str | None
    repeated: bool = False


def command_key(text: str | None) -> str | None:
    """The key in a header, or None when it is missing or malformed."""
    return text if text is not None and _KEY.fullmatch(text) else None


def digest_of(method: str, path: str, body: BaseModel) -> bytes:
    """SHA-256 of what is asked, without passwords and codes, the same for any order of fields."""
    asked = _without_secrets(body.model_dump(mode="json"))
    text = json.dumps([method, path, asked], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).digest()


def _without_secrets(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_secrets(v) for name, v in value.items() if name not in _SECRET}
    if isinstance(value, list):
        return [_without_secrets(each) for each in value]
    return value


async def carry_out_once(
    tx: Tx, command: Command, work: Callable[[Tx], Awaitable[Done | Refused]]
) -> Done | Refused:
    """`work`'s answer, or the one that was given for this command before.

    Refused KEY_CONFLICT when the key stands for another command.
    """
    if not await _claim(tx, command):
        return (await answers_given(tx, [command]))[0]
    outcome = await work(tx)
    if isinstance(outcome, Refused):
        if outcome.keep_changes:
            await _forget(tx, command)  # what the refusal wrote stays, the claim doesn't
        return outcome
    updated = await tx.execute(
        "UPDATE db.idempotent_command SET status = $4, response = $5"
        " WHERE shard = $1 AND actor_id = $2 AND key = $3",
        command.shard,
        command.actor_id,
        command.key,
        outcome.status,
        outcome.response,
    )
    invariant(updated == "UPDATE 1", "a claimed command's row stays until its answer is stored")
    return outcome


async def answers_given(tx: ReadTx, commands: Sequence[Command]) -> dict[int, Done | Refused]:
    """What became of those of `commands` whose keys were used, by their places.

    The answer that was given, or refused KEY_CONFLICT.
    """
    if not commands:
        return {}
    rows = await tx.fetch(
        "SELECT c.shard, c.actor_id, c.key, c.operation, c.body_sha256, c.status, c.response"
        " FROM unnest($1::smallint[], $2::uuid[], $3::text[]) AS n (shard, actor_id, key)"
        " JOIN db.idempotent_command AS c"
        " ON c.shard = n.shard AND c.actor_id = n.actor_id AND c.key = n.key",
        [each.shard for each in commands],
        [each.actor_id for each in commands],
        [each.key for each in commands],
    )
    used = {(row[0], row[1], row[2]): row for row in rows}
    found: dict[int, Done | Refused] = {}
    for place, each in enumerate(commands):
        row = used.get((each.shard, each.actor_id, each.key))
        if row is not None:
            found[place] = _repeated(each, row)
    return found


async def store_answers(tx: Tx, done: Sequence[tuple[Command, Done]]) -> None:
    """Keep the answers to commands that `answers_given` didn't find.

    Raises Overtaken when one of the keys was used meanwhile: everything is to be done again.
    """
    if not done:
        return
    rows = sorted(done, key=lambda each: (each[0].shard, each[0].actor_id.int, each[0].key))
    tag = await tx.execute(
        "INSERT INTO db.idempotent_command"
        " (shard, actor_id, key, operation, body_sha256, created_at, status, response)"
        " SELECT n.shard, n.actor_id, n.key, n.operation, n.body_sha256, $1::timestamptz,"
        " n.status, n.response FROM unnest($2::smallint[], $3::uuid[], $4::text[], $5::text[],"
        " $6::bytea[], $7::smallint[], $8::text[])"
        " AS n (shard, actor_id, key, operation, body_sha256, status, response)"
        " ON CONFLICT (shard, actor_id, key) DO NOTHING",
        tx.now,
        [command.shard for command, _ in rows],
        [command.actor_id for command, _ in rows],
        [command.key for command, _ in rows],
        [command.operation for command, _ in rows],
        [command.body_sha256 for command, _ in rows],
        [answer.status for _, answer in rows],
        [answer.response for _, answer in rows],
    )
    if int(tag.rpartition(" ")[2]) != len(rows):
        raise Overtaken("a key was used meanwhile")


async def forget_old_commands(tx: Tx, shard: int, *, at_most: int = 1000) -> int:
    """Drop answers past the time that they are kept; how many went comes back."""
    tag = await tx.execute(
        "DELETE FROM db.idempotent_command WHERE shard = $1 AND (actor_id, key) IN ("
        " SELECT actor_id, key FROM db.idempotent_command"
        " WHERE shard = $1 AND created_at < $2 LIMIT $3 FOR UPDATE SKIP LOCKED)",
        shard,
        tx.now - timedelta(days=IDEMPOTENCY_KEPT_DAYS),
        at_most,
    )
    return int(tag.split()[1])


async def _claim(tx: Tx, command: Command) -> bool:
    return bool(
        await tx.fetchval(
            "INSERT INTO db.idempotent_command"
            " (shard, actor_id, key, operation, body_sha256, created_at)"
            " VALUES ($1, $2, $3, $4, $5, $6)"
            " ON CONFLICT (shard, actor_id, key) DO NOTHING RETURNING true",
            command.shard,
            command.actor_id,
            command.key,
            command.operation,
            command.body_sha256,
            tx.now,
        )
    )


def _repeated(command: Command, row: asyncpg.Record) -> Done | Refused:
    same = replace(command, operation=row["operation"], body_sha256=bytes(row["body_sha256"]))
    if same != command:
        return Refused(KitRefusal.KEY_CONFLICT)
    invariant(row["status"] is not None, "a committed command has its answer")
    return Done(row["status"], row["response"], repeated=True)


async def _forget(tx: Tx, command: Command) -> None:
    await tx.execute(
        "DELETE FROM db.idempotent_command WHERE shard = $1 AND actor_id = $2 AND key = $3",
        command.shard,
        command.actor_id,
        command.key,
    )
