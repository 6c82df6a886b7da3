"""Migrations: applied once, in order, by one process at a time; the past is never changed."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from farewave.db import Database, MigrationRefused
from farewave.db.migrate import MIGRATIONS, SHARDS_DEFAULT, migrate, read_migrations
from tests.support.database import Databases


@pytest.fixture
async def dsn(databases: Databases) -> AsyncIterator[str]:
    """An empty database."""
    async with databases.fresh(template=None) as made:
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The first migration and two small ones."""
    shutil.copy(MIGRATIONS / "0001_db.sql", tmp_path)
    (tmp_path / "0002_second.sql").write_text("CREATE TABLE second (); CREATE TABLE third ();")
    (tmp_path / "0003_third.sql").write_text("DROP TABLE third;")
    return tmp_path


ALL = ["0001_db", "0002_second", "0003_third"]


async def shards_of(dsn: str) -> int:
    database = await Database.open(dsn)
    await database.close()
    return database.shards


async def test_each_is_applied_once_and_in_order(dsn: str, folder: Path) -> None:
    assert await migrate(dsn, folder=folder) == ALL
    assert await migrate(dsn, folder=folder) == []
    (folder / "0004_fourth.sql").write_text("CREATE TABLE fourth ();")
    assert await migrate(dsn, folder=folder) == ["0004_fourth"]


async def test_two_that_migrate_at_once_do_it_one_after_the_other(dsn: str, folder: Path) -> None:
    (folder / "0002_second.sql").write_text("SELECT pg_sleep(0.3); CREATE TABLE third ();")
    done = await asyncio.gather(*(migrate(dsn, folder=folder) for _ in range(3)))
    assert sorted(done) == [[], [], ALL]


async def test_one_that_fails_is_named_and_leaves_nothing(dsn: str, folder: Path) -> None:
    (folder / "0003_third.sql").write_text("CREATE TABLE half (); DROP TABLE nothing;")
    with pytest.raises(MigrationRefused, match=r'0003_third failed: table "nothing"'):
        await migrate(dsn, folder=folder)
    (folder / "0003_third.sql").write_text("CREATE TABLE half ();")
    assert await migrate(dsn, folder=folder) == ["0003_third"]


async def test_a_changed_past_is_refused_by_name(dsn: str, folder: Path) -> None:
    await migrate(dsn, folder=folder)
    (folder / "0004_fourth.sql").write_text("CREATE TABLE fourth ();")
    (folder / "0002_second.sql").write_text("CREATE TABLE second (); -- and a comment")
    with pytest.raises(MigrationRefused, match="0002_second was changed"):
        await migrate(dsn, folder=folder)
    connection = await asyncpg.connect(dsn)
    assert await connection.fetchval("SELECT to_regclass('fourth')") is None
    await connection.close()


async def test_a_missing_past_is_refused_by_name(dsn: str, folder: Path) -> None:
    await migrate(dsn, folder=folder)
    third = folder / "0003_third.sql"
    third.unlink()
    with pytest.raises(MigrationRefused, match="0003_third was applied"):
        await migrate(dsn, folder=folder)
    (folder / "0003_other.sql").write_text("SELECT 1;")
    with pytest.raises(MigrationRefused, match=r"0003_third was applied.*0003_other stands in"):
        await migrate(dsn, folder=folder)


def test_gaps_doubles_and_other_names_are_refused(folder: Path) -> None:
    assert [each.name for each in read_migrations(folder)] == ALL
    (folder / "0005_fifth.sql").write_text("")
    with pytest.raises(MigrationRefused, match="0004 before 0005_fifth is missing"):
        read_migrations(folder)
    (folder / "0005_fifth.sql").rename(folder / "0003_again.sql")
    with pytest.raises(MigrationRefused, match="number of 0003_third"):
        read_migrations(folder)
    (folder / "0003_again.sql").rename(folder / "4_fourth.sql")
    with pytest.raises(MigrationRefused, match=r"4_fourth\.sql isn't named"):
        read_migrations(folder)


async def test_the_number_of_shards_is_fixed_at_the_first(dsn: str, folder: Path) -> None:
    await migrate(dsn, folder=folder, shards=7)
    assert await shards_of(dsn) == 7
    await migrate(dsn, folder=folder)
    await migrate(dsn, folder=folder, shards=7)
    with pytest.raises(MigrationRefused, match="has 7 shards"):
        await migrate(dsn, folder=folder, shards=SHARDS_DEFAULT)


async def test_the_default_number_of_shards_is_four(dsn: str, folder: Path) -> None:
    await migrate(dsn, folder=folder)
    assert await shards_of(dsn) == 4


async def test_an_old_server_is_refused(
    dsn: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("farewave.db.migrate.SERVER_VERSION_MIN", 99)
    with pytest.raises(MigrationRefused, match="PostgreSQL 99 or newer is needed"):
        await migrate(dsn, folder=folder)


async def test_another_encoding_than_utf8_is_refused(dsn: str, folder: Path) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute(
        "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C'"
    )
    with pytest.raises(MigrationRefused, match="LATIN1"):
        await migrate(dsn.replace(dsn.split("/")[3].split("?")[0], "latin"), folder=folder)
    await connection.execute("DROP DATABASE latin")
    await connection.close()


async def test_the_projects_own_are_all_there() -> None:
    names = [each.name for each in read_migrations()]
    assert names[0] == "0001_db"
    assert len(names) >= 8
