"""What is deleted by the clock, and what the audit asks: who breaks this rule?"""

from datetime import date, datetime
from uuid import UUID

from farewave.db.transaction import ReadTx, Tx


async def purge_codes(tx: Tx, expired_before: datetime, quota_before: date) -> int:
    """Delete codes and quotas of the past; how many rows went."""
    codes = await tx.execute("DELETE FROM people.sms_code WHERE expires_at < $1", expired_before)
    quotas = await tx.execute("DELETE FROM people.sms_quota WHERE day < $1", quota_before)
    return _rows(codes) + _rows(quotas)


async def purge_guards(tx: Tx, quiet_since: datetime) -> int:
    """Delete the tries of numbers with nothing wrong since `quiet_since` and no lock."""
    tag = await tx.execute(
        "DELETE FROM people.sign_in_guard WHERE last_wrong_at < $1"
        " AND (locked_until IS NULL OR locked_until <= $2)",
        quiet_since,
        tx.now,
    )
    return _rows(tag)


async def purge_sessions(tx: Tx) -> int:
    return _rows(await tx.execute("DELETE FROM people.session WHERE expires_at <= $1", tx.now))


async def purge_sandbox_sms(tx: Tx, sent_before: datetime) -> int:
    return _rows(await tx.execute("DELETE FROM people.sandbox_sms WHERE sent_at < $1", sent_before))


def _rows(command_tag: str) -> int:
    return int(command_tag.rpartition(" ")[2])


async def persons_without_claim(tx: ReadTx) -> list[UUID]:
    """Persons whose phone or identity number isn't claimed for them."""
    rows = await tx.fetch(
        "SELECT p.person_id FROM people.person AS p"
        " LEFT JOIN people.phone_claim AS c ON c.phone_index = p.phone_index"
        "  AND c.shard = p.shard AND c.person_id = p.person_id"
        " LEFT JOIN people.identity_claim AS i ON i.identity_index = p.identity_index"
        "  AND i.shard = p.shard AND i.person_id = p.person_id"
        " WHERE c.person_id IS NULL OR (p.identity_index IS NOT NULL AND i.person_id IS NULL)"
        " ORDER BY p.person_id"
    )
    return [row["person_id"] for row in rows]


async def claims_without_person(tx: ReadTx) -> list[UUID]:
    """Owners of claims who aren't there or don't have that number."""
    rows = await tx.fetch(
        "SELECT c.person_id FROM people.phone_claim AS c"
        " LEFT JOIN people.person AS p ON p.shard = c.shard AND p.person_id = c.person_id"
        "  AND p.phone_index = c.phone_index WHERE p.person_id IS NULL"
        " UNION ALL"
        " SELECT c.person_id FROM people.identity_claim AS c"
        " LEFT JOIN people.person AS p ON p.shard = c.shard AND p.person_id = c.person_id"
        "  AND p.identity_index = c.identity_index WHERE p.person_id IS NULL"
        " ORDER BY 1"
    )
    return [row["person_id"] for row in rows]


async def proofs_without_person(tx: ReadTx) -> list[UUID]:
    """Owners of pay passwords and sessions who aren't there."""
    rows = await tx.fetch(
        "SELECT person_id FROM (SELECT shard, person_id FROM people.pay_password"
        "  UNION SELECT shard, person_id FROM people.session) AS proof"
        " WHERE NOT EXISTS (SELECT 1 FROM people.person AS p"
        "  WHERE p.shard = proof.shard AND p.person_id = proof.person_id)"
        " ORDER BY person_id"
    )
    return [row["person_id"] for row in rows]
