"""What can be proved of the tables of people alone."""

from farewave.db.transaction import ReadTx
from farewave.kit.finding import Finding
from farewave.kit.ids import id_text
from farewave.people import store

_SAYS = {
    "claims": "holds a phone or identity number that is not claimed for this person",
    "claimants": "claims a phone or identity number without being the person with that number",
    "proofs": "owns a pay password or a session without being there",
}


async def findings(tx: ReadTx) -> list[Finding]:
    """Everything that is wrong; empty when claims, persons and their proofs agree."""
    broken = {
        "claims": await store.persons_without_claim(tx),
        "claimants": await store.claims_without_person(tx),
        "proofs": await store.proofs_without_person(tx),
    }
    return [
        Finding("people", check, id_text("per", person_id), _SAYS[check])
        for check, owners in broken.items()
        for person_id in owners
    ]
