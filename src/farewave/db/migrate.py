"""Migrations: ordered `NNNN_name.sql` files with checksums, each applied in its own transaction.

A past migration is never changed: one that was applied and is now missing or different is refused
by name, and nothing is applied. Two processes that migrate at once do so one after the other.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from farewave.db.errors import MigrationRefused
from farewave.db.transaction import AWAY, away_when_lost

MIGRATIONS = Path(__file__).parent / "migrations"
SHARDS_DEFAULT = 4
SERVER_VERSION_MIN = 17
_NAME = re.compile(r"([0-9]{4})_([a-z0-9_]+)\.sql")
_LOCK_KEY = 0x66617265776176  # "farewav": any number that nobody else takes an advisory lock on


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: its number, its whole name, its text and the SHA-256 of it."""

    number: int
    name: str
    sql: str
    sha256: bytes


def read_migrations(folder: Path = MIGRATIONS) -> list[Migration]:
    """The migrations of `folder`, in order.

    Raises MigrationRefused for a gap, a doubled number or a name of another form.
    """
    migrations: list[Migration] = []
    for path in sorted(folder.glob("*.sql")):
        match = _NAME.fullmatch(path.name)
        if match is None:
            raise MigrationRefused(f"{path.name} isn't named like a migration (0001_name.sql).")
        octets = path.read_bytes()
        migrations.append(
            Migration(int(match[1]), path.stem, octets.decode(), hashlib.sha256(octets).digest())
        )
    for expected, migration in enumerate(migrations, start=1):
        if migration.number < expected:
            raise MigrationRefused(f"Two migrations have the number of {migration.name}.")
        if migration.number > expected:
            raise MigrationRefused(f"Migration {expected:04d} before {migration.name} is missing.")
    return migrations


async def migrate(dsn: str, *, shards: int | None = None, folder: Path = MIGRATIONS) -> list[str]:
    """Apply what is new in `folder`; the names of what was applied come back.

    `shards` is written with the first migration (default 4); later another number is refused, and
    None takes what is there. Raises MigrationRefused, or DatabaseAway.
    """
    migrations = read_migrations(folder)
    with away_when_lost():
        connection = await asyncpg.connect(
            dsn,
            timeout=30,
            server_settings={
                "application_name": "farewave migrate",
                "timezone": "UTC",
                "statement_timeout": "0",
                "lock_timeout": "0",
            },
        )
    try:
        with away_when_lost(connection):
            await connection.execute("SELECT pg_advisory_lock($1)", _LOCK_KEY)
            return await _apply(connection, migrations, shards)
    finally:
        await connection.close()


async def _apply(
    connection: asyncpg.Connection, migrations: list[Migration], shards: int | None
) -> list[str]:
    await _check_server(connection)
    applied = await _applied(connection)
    _check_past(migrations, applied)
    if applied:
        await _check_shards(connection, shards)
    fresh = migrations[len(applied) :]
    for migration in fresh:
        try:
            await _apply_one(connection, migration, SHARDS_DEFAULT if shards is None else shards)
        except AWAY:
            raise
        except asyncpg.PostgresError as failure:
            raise MigrationRefused(f"Migration {migration.name} failed: {failure}.") from failure
    return [migration.name for migration in fresh]


async def _apply_one(connection: asyncpg.Connection, migration: Migration, shards: int) -> None:
    async with connection.transaction():
        await connection.execute(migration.sql)
        await connection.execute(
            "INSERT INTO db.migration (number, name, sha256, applied_at)"
            " VALUES ($1, $2, $3, clock_timestamp())",
            migration.number,
            migration.name,
            migration.sha256,
        )
        if migration.number == 1:
            await connection.execute(
                "INSERT INTO db.installation (only_row, shards, created_at)"
                " VALUES (true, $1, clock_timestamp())",
                shards,
            )


async def _applied(connection: asyncpg.Connection) -> list[asyncpg.Record]:
    if await connection.fetchval("SELECT to_regclass('db.migration')") is None:
        return []
    return await connection.fetch("SELECT number, name, sha256 FROM db.migration ORDER BY number")


def _check_past(migrations: list[Migration], applied: list[asyncpg.Record]) -> None:
    for position, past in enumerate(applied):
        if position >= len(migrations):
            raise MigrationRefused(
                f"Migration {past['name']} was applied to this database but isn't part of this"
                " version of Farewave: use a version that has it."
            )
        here = migrations[position]
        if here.name != past["name"] or here.number != past["number"]:
            raise MigrationRefused(
                f"Migration {past['name']} was applied to this database;"
                f" {here.name} stands in its place here."
            )
        if here.sha256 != bytes(past["sha256"]):
            raise MigrationRefused(
                f"Migration {here.name} was changed after it had been applied to this database."
            )


async def _check_shards(connection: asyncpg.Connection, shards: int | None) -> None:
    fixed = await connection.fetchval("SELECT shards FROM db.installation")
    if shards is not None and shards != fixed:
        raise MigrationRefused(
            f"This installation has {fixed} shards since its first migration;"
            f" the setting says {shards}. The number can't be changed."
        )


async def _check_server(connection: asyncpg.Connection) -> None:
    version = connection.get_server_version().major
    if version < SERVER_VERSION_MIN:
        raise MigrationRefused(
            f"PostgreSQL {SERVER_VERSION_MIN} or newer is needed; the server has {version}."
        )
    encoding = await connection.fetchval("SHOW server_encoding")
    if encoding != "UTF8":
        raise MigrationRefused(f"The database must be in UTF8; this one is in {encoding}.")
