"""What would not run, or not fast, once the tables are spread over several servers by `shard`.

A statement that doesn't name its shard is asked of every server; a unique key without it can't be
kept; a lock without it is refused. So these are looked for while there is still one server.
"""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "farewave"
MIGRATIONS = sorted((SOURCE / "db" / "migrations").glob("*.sql"))
HOT = [
    *sorted((SOURCE / "ledger" / "store").glob("*.py")),
    *sorted((SOURCE / "payments" / "store").glob("*.py")),
    *(
        SOURCE / "rail" / "store" / name
        for name in ("claims.py", "holds.py", "left.py", "orders.py", "seats.py")
    ),
    *sorted((SOURCE / "wallet" / "store").glob("*.py")),
    *(SOURCE / "db" / name for name in ("outbox.py", "sending.py", "idempotency.py", "events.py")),
]
NOT_SHARDED = {
    "payments.merchant": "small, copied everywhere",
    "payments.trade_claim": "spread by the number that is claimed",
    "payments.payout_claim": "spread by the number that is claimed",
    "payments.authorization_claim": "spread by the number that is claimed",
    "people.phone_claim": "spread by the phone number's index",
    "people.identity_claim": "spread by the identity number's index",
    "rail.journey": "spread by the traveller's identity index",
    "rail.traveller": "spread by the traveller's identity index",
    "rail.order_number": "spread by the order's number",
    "db.clock": "one row",
}
WALKS_EVERYTHING = {
    "payments.trade AS t LEFT JOIN payments.trade_claim": "the audit, over all shards at once",
    "payments.trade_claim AS c LEFT JOIN payments.trade": "the audit, over all shards at once",
    "payments.payout_claim AS c FULL JOIN payments.payout": "the audit, over all shards at once",
    "payments.authorization_claim AS c FULL JOIN payments.authorization": "the audit, likewise",
    "payments.agreement_offer AS o LEFT JOIN payments.agreement": "the audit, likewise",
}
_SQL = re.compile(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM)\b")
_TABLE = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+((?:ledger|payments|wallet|rail|db)\.[a-z_]+)")
_BANNED = re.compile(
    r"\bMERGE INTO\b|pg_advisory|\bLISTEN\b|pg_notify|\bPREPARE TRANSACTION\b|CREATE TRIGGER"
)
_VOLATILE = re.compile(r"clock_timestamp|\bnow\(\)|random\(|gen_random_uuid|nextval")


def statements(source: str) -> list[str]:
    """Every string of a file that is SQL, the file's own constants put into the f-strings."""
    tree = ast.parse(source)
    constants = {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
    }
    inside = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in node.values
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            found.append("".join(_text(part, constants) for part in node.values))
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in inside
        ):
            found.append(node.value)
    return [text for text in found if _SQL.search(text) and _TABLE.search(text)]


def _text(part: ast.expr, constants: dict[str, object]) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    assert isinstance(part, ast.FormattedValue)
    name = part.value.id if isinstance(part.value, ast.Name) else ""
    return str(constants.get(name, "{}"))


def faults(statement: str) -> list[str]:
    """What is wrong with one statement."""
    found = []
    if _BANNED.search(statement):
        found.append("uses what stays on one server")
    if "ON CONFLICT" in statement and _VOLATILE.search(statement.split("ON CONFLICT")[1]):
        found.append("asks a volatile function in ON CONFLICT: hand the value in")
    if any(part in statement for part in WALKS_EVERYTHING):
        return found
    sharded = set(_TABLE.findall(statement)) - NOT_SHARDED.keys()
    # Seats and orders are spread by their train's run, everything else by shard.
    of_rail = all(table.startswith("rail.") for table in sharded)
    leads = r"\b(shard|run_id)\b" if of_rail else r"\bshard\b"
    if sharded and not re.search(leads, statement):
        found.append(f"doesn't name the shard of {sorted(sharded)}")
    if sharded and "FOR UPDATE" in statement and not re.search(rf"{leads} = \$", statement):
        found.append("locks rows without `shard =` or `run_id =`")
    return found


@pytest.mark.parametrize("path", HOT, ids=lambda path: str(path.relative_to(SOURCE)))
def test_every_hot_statement_stays_on_its_shard(path: Path) -> None:
    for statement in statements(path.read_text("utf-8")):
        assert faults(statement) == [], statement


def test_the_hot_files_hold_statements() -> None:
    """If this fails, the test above looks at nothing."""
    assert sum(len(statements(path.read_text("utf-8"))) for path in HOT) > 60


@pytest.mark.parametrize(
    "bad",
    [
        "SELECT amount_fen FROM ledger.transfer WHERE transfer_id = $1",
        "SELECT shard, code FROM payments.pay_code WHERE code = $1 FOR UPDATE",
        "UPDATE ledger.account SET closed_at = $2 WHERE account_id = $1",
        "MERGE INTO ledger.account USING n ON true; SELECT shard FROM ledger.account",
        "SELECT pg_advisory_xact_lock(1), shard FROM ledger.book",
        "INSERT INTO ledger.book (shard) VALUES ($1) ON CONFLICT (shard) DO UPDATE SET at = now()",
    ],
)
def test_a_statement_that_leaves_its_shard_is_seen(bad: str) -> None:
    assert faults(bad) != []


def key_faults(sql: str) -> list[str]:
    """Unique keys of tables with a shard that don't hold it, or primary keys it doesn't lead."""
    found = []
    tables = dict(re.findall(r"CREATE TABLE ([a-z_.]+) \((.*?)\n\)", sql, re.DOTALL))
    sharded = {
        name: body
        for name, body in tables.items()
        if re.search(r"^\s+(shard|run_id)\s", body, re.M)
    }
    for name, body in sharded.items():
        if name in NOT_SHARDED:
            continue
        # Seats and orders are spread by their train's run; an orderer's list of them by shard.
        leads = r"(shard|run_id)\b" if re.search(r"^\s+run_id\s", body, re.M) else r"shard\b"
        for kind, columns in re.findall(r"(PRIMARY KEY|UNIQUE) \(([^)]*)\)", body):
            if not re.match(leads, columns):
                found.append(f"{name}: {kind} ({columns})")
        if re.search(
            r"\b(UNIQUE|PRIMARY KEY)\b(?!\s*\()",
            re.sub(r"--.*|^\s+run_id\s.*", "", body, flags=re.M),
        ):
            found.append(f"{name}: a column is unique by itself")
        for columns in re.findall(r"FOREIGN KEY \(([^)]*)\)", body):
            if not re.match(leads, columns):
                found.append(f"{name}: FOREIGN KEY ({columns})")
        for columns in re.findall(rf"CREATE UNIQUE INDEX \S+ ON {name} \(([^)]*)\)", sql):
            if not re.match(leads, columns):
                found.append(f"{name}: UNIQUE INDEX ({columns})")
    return found


@pytest.mark.parametrize("path", MIGRATIONS, ids=lambda path: path.name)
def test_every_unique_key_of_a_sharded_table_begins_with_the_shard(path: Path) -> None:
    assert key_faults(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "bad",
    [
        "CREATE TABLE a.b (\n    shard smallint,\n    x int,\n    PRIMARY KEY (x)\n);",
        "CREATE TABLE a.b (\n    shard smallint,\n    x int UNIQUE\n);",
        "CREATE TABLE a.b (\n    shard smallint,\n    x int\n);\nCREATE UNIQUE INDEX i ON a.b (x);",
        "CREATE TABLE a.b (\n    run_id uuid,\n    x int,\n    PRIMARY KEY (x)\n);",
        "CREATE TABLE a.b (\n    shard smallint,\n    FOREIGN KEY (x) REFERENCES a.c (x)\n);",
    ],
)
def test_a_unique_key_without_the_shard_is_seen(bad: str) -> None:
    assert key_faults(bad) != []


@pytest.mark.parametrize("path", MIGRATIONS, ids=lambda path: path.name)
def test_no_migration_makes_what_stays_on_one_server(path: Path) -> None:
    assert _BANNED.search(path.read_text("utf-8")) is None
