"""Bounds on everything that comes from outside, in one place."""

from farewave.kit.money import AMOUNT_FEN_MAX

BODY_BYTES_MAX = 64 * 1024
"""Largest body of a JSON request; the Open Platform's forms have their own bound."""
FORM_BYTES_MAX = 1024 * 1024
PAGE_SIZE_MAX = 50
IDEMPOTENCY_KEY_CHARS_MAX = 64
IDEMPOTENCY_KEPT_DAYS = 7
JOB_BATCH_MAX = 500
"""Rows that a job takes in one transaction."""
OUTBOX_BATCH_MAX = 100
OUTBOX_LEASE_S = 30
PASSENGERS_PER_ORDER_MAX = 5
TRANSFERS_PER_BATCH_MAX = 10_000

assert BODY_BYTES_MAX < FORM_BYTES_MAX
assert AMOUNT_FEN_MAX * TRANSFERS_PER_BATCH_MAX < 2**63, (
    "a batch of the largest amounts fits bigint"
)
