"""What the process says on standard error: one line an event, never a secret, never a body."""

import logging
import sys

import structlog

_NOISY = ("aiohttp.client", "asyncpg.pool", "httpx", "httpcore", "granian.access", "_granian")


def configure_logs() -> None:
    """Once in each process. Outages of the database are told by the edge and the workers."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer(colors=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )
