"""Instants as they travel in JSON."""

from datetime import datetime


def parse_instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
