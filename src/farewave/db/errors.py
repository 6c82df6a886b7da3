"""What can go wrong with the database itself; all of these are outages or misconfigurations.

    DatabaseError
    ├── DatabaseAway       not reachable, starting, shutting down, overloaded: ask again
    ├── Overtaken          another transaction wrote first what this one had read
    ├── MigrationRefused   the tables aren't what this version of Farewave expects
    └── EmbeddedRefused    the embedded server can't be run here

The message of the last two is a sentence for the operator, to be shown without a traceback.
"""


class DatabaseError(Exception):
    """Base of this context's exceptions."""


class DatabaseAway(DatabaseError):  # noqa: N818 - reads as the sentence it is
    """The database can't answer now. What was asked may or may not have been committed."""


class Overtaken(DatabaseError):  # noqa: N818
    """What was read has been changed by somebody else before it was written: to be done again."""


class MigrationRefused(DatabaseError):  # noqa: N818
    """A migration is missing, changed, doubled, or made for another number of shards."""


class EmbeddedRefused(DatabaseError):  # noqa: N818
    """The embedded PostgreSQL can't be run on this machine or in this folder."""
