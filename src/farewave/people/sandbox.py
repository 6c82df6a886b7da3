"""The sandbox's way to a phone: a table that every process can show."""

from farewave.db.pool import Database
from farewave.kit.ids import new_id
from farewave.kit.sealing import Sealer
from farewave.people import store
from farewave.people.model import PhoneNumber
from farewave.people.sms import SANDBOX_KIND


class SandboxSms:
    """An `SmsSender` that sends nothing; `service.sandbox_messages` reads what it was given."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._sealer = sealer

    async def send(self, phone: PhoneNumber, text: str) -> None:
        async with self._database.transaction() as tx:
            await store.insert_sandbox_sms(
                tx,
                phone.index(self._sealer),
                new_id(0, tx.now, tx.chance),
                self._sealer.seal(SANDBOX_KIND, text, tx.chance),
            )
