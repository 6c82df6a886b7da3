"""Farewave: a mobile wallet with rail ticketing, on real books.

The packages below this one are its contexts; docs/concepts.md tells what each owns and in which
direction they may import each other (checked by `make lint`).
"""

__version__ = "0.1.0"
