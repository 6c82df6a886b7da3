"""What can be proved of the tables of people alone."""

from dataclasses import dataclass
from uuid import UUID

from farewave.db.transaction import ReadTx
from farewave.people import store


@dataclass(frozen=True, slots=True)
class Finding:
    """One row that breaks a rule; nothing personal in it."""

    rule: str
    person_id: UUID

    def __str__(self) -> str:
        return f"{self.rule}: {self.person_id}"


async def findings(tx: ReadTx) -> list[Finding]:
    """Everything that is wrong; empty when claims, persons and their proofs agree."""
    broken = {
        "a person's phone and identity numbers are claimed": await store.persons_without_claim(tx),
        "a claim is held by the person with that number": await store.claims_without_person(tx),
        "pay passwords and sessions belong to a person": await store.proofs_without_person(tx),
    }
    return [Finding(rule, person_id) for rule, owners in broken.items() for person_id in owners]
