"""The demonstration person of a sandbox: somebody to be, with a card that has money at the bank."""

from dataclasses import dataclass

from farewave.app.parts import Parts
from farewave.people import service as people
from farewave.people.model import PhoneNumber


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Printed by `farewave serve` and told to the sign-in page. An invented person."""

    phone: str = "13800138000"
    password: str = "farewave2013"  # noqa: S105 - public on purpose
    pay_password: str = "135246"  # noqa: S105
    name: str = "林晓舟"
    identity_number: str = "110101199003074514"


DEMO = DemoPerson()


async def ensure_demo(parts: Parts) -> None:
    """Sign the demonstration person up, if that was not done before."""
    phone = PhoneNumber.parse(DEMO.phone)
    assert phone is not None
    async with parts.database.transaction() as tx:
        await people.ensure_demo_person(
            tx,
            parts.keys.sealer,
            phone=phone,
            password=DEMO.password,
            pay_password=DEMO.pay_password,
            name=DEMO.name,
            identity_number=DEMO.identity_number,
        )
