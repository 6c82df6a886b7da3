"""Somebody who moves money between balance and card: what top-ups and withdrawals share."""

from datetime import timedelta

from farewave.banks import jobs
from farewave.banks.deps import BanksDeps
from farewave.banks.instruction import Purpose
from farewave.wallet import moving, service
from farewave.wallet.deps import WalletDeps
from farewave.wallet.service import CONCLUSIONS, MoveWish
from tests.support.banks import offered
from tests.support.database import move_clock
from tests.support.people import PAY_PASSWORD

AMOUNT_FEN = 123_45


class MoveScene:
    """A person with a bound card, and ways to move money for one purpose."""

    purpose: Purpose

    def __init__(self, database, sealer, bank, someone, card):
        self.database = database
        self.bank = bank
        self.someone = someone
        self.card = card
        self.deps = WalletDeps(sealer=sealer, banks=offered(bank))

    def wish(self, key, amount_fen=AMOUNT_FEN, pay_password=PAY_PASSWORD, digest=bytes(32)):
        return MoveWish(
            purpose=self.purpose,
            card_id=self.card.card_id,
            amount_fen=amount_fen,
            pay_password=pay_password,
            key=key,
            digest=digest,
        )

    def move(self, key, amount_fen=AMOUNT_FEN, pay_password=PAY_PASSWORD, digest=bytes(32)):
        wish = self.wish(key, amount_fen, pay_password, digest)
        return moving.move(self.database, self.deps, self.someone.actor, wish)

    @property
    def banks_deps(self):
        return BanksDeps(self.deps.sealer, self.deps.banks, sandbox=True)

    async def work(self, after=timedelta(minutes=2)):
        """What the job does once `after` has passed."""
        await move_clock(self.database, after)
        return await jobs.settle_due(self.database, self.banks_deps, CONCLUSIONS)

    async def wallet(self):
        actor = self.someone.actor
        async with self.database.reading() as tx:
            return await service.balance(tx, actor.shard, actor.person_id)

    async def bills(self):
        async with self.database.reading() as tx:
            page, _ = await service.bills(tx, self.someone.actor, before=None, limit=50)
        return page
