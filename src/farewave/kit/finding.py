"""What an audit found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the tables contradict: `context.check` about `subject`, as a sentence."""

    context: str
    check: str
    subject: str
    says: str
