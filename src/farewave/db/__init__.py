"""The database: PostgreSQL, embedded or by URL, and how the other contexts use it.

Owns the schema `db`: migrations, the clock, the outbox, events, carried-out commands. Doors:
`open_database` → `Database` → `Tx` (reads and writes) and `ReadTx` (reads); `outbox.enqueue` and
`outbox.Courier`; `events.record_event`; `edge` for HTTP endpoints.

Invariants: a transaction commits as a whole or not at all; its `now` is one instant; no statement
in this code updates or deletes an event.
"""

from farewave.db.errors import DatabaseAway, DatabaseError, EmbeddedRefused, MigrationRefused
from farewave.db.opening import open_database
from farewave.db.pool import Database
from farewave.db.transaction import ReadTx, Tx

__all__ = [
    "Database",
    "DatabaseAway",
    "DatabaseError",
    "EmbeddedRefused",
    "MigrationRefused",
    "ReadTx",
    "Tx",
    "open_database",
]
