"""A shop on the Open Platform, its trades, and what an audit says of them, for every context."""

from dataclasses import dataclass
from itertools import count

from cryptography.hazmat.primitives.asymmetric import rsa

from farewave.db import Database
from farewave.gateway.keys import public_key_text
from farewave.gateway.model import AppCreated
from farewave.gateway.service import create_app
from farewave.kit.finding import Finding
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer
from farewave.ledger import audit as ledger_audit
from farewave.payments import audit, service
from farewave.payments.model import Fund, NewTrade, RefundDone, Trade
from farewave.payments.service import CashierView
from farewave.wallet import audit as wallet_audit
from tests.support.people import PAY_PASSWORD, Someone, signed_up_person
from tests.support.wallet import with_balance

NOTIFY_URL = "http://shop.test/notify"
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Shop:
    """A merchant with an application on the Open Platform, and the key that it signs with."""

    database: Database
    app: AppCreated
    private_key: rsa.RSAPrivateKey

    @classmethod
    async def opened(cls, database: Database, name: str = "青鱼书店") -> "Shop":
        """A new one."""
        key = rsa.generate_private_key(65_537, 2048)
        text = public_key_text(key.public_key())
        async with database.transaction() as tx:
            app = await create_app(tx, name=name, public_key=text)
        assert not isinstance(app, Refused), app
        return cls(database, app, key)

    def asks(self, buyer: Someone, amount_fen: int = 9_900, **given: object) -> NewTrade:
        """What it would ask for; a number of its own each time, unless one is `given`."""
        asked: dict[str, object] = {
            "merchant_id": self.app.merchant_id,
            "app_id": self.app.app_id,
            "out_trade_no": f"S{next(_numbers):08d}",
            "subject": "《远行》一册",
            "amount_fen": amount_fen,
            "buyer_user_no": buyer.person.user_no,
            "expires_at": None,
            "notify_url": NOTIFY_URL,
        }
        return NewTrade(**{**asked, **given})  # type: ignore[arg-type]

    async def create(self, asked: NewTrade) -> Trade | Refused:
        return await self.database.run(lambda tx: service.create_trade(tx, asked))

    async def trade(self, buyer: Someone, amount_fen: int = 9_900, **given: object) -> Trade:
        """A trade that waits for `buyer`."""
        made = await self.create(self.asks(buyer, amount_fen, **given))
        assert not isinstance(made, Refused), made
        return made

    async def paid(self, buyer: Someone, amount_fen: int = 9_900, **given: object) -> Trade:
        """A trade that `buyer` has paid."""
        made = await self.trade(buyer, amount_fen, **given)
        view = await pay(self.database, buyer, made)
        assert not isinstance(view, Refused), view
        return view.trade

    async def refund(
        self, trade: Trade, amount_fen: int, out_request_no: str = "R1"
    ) -> RefundDone | Refused:
        return await self.database.run(
            lambda tx: service.refund_trade(
                tx,
                self.app.merchant_id,
                trade_no=trade.trade_no,
                out_trade_no=None,
                out_request_no=out_request_no,
                amount_fen=amount_fen,
                why="",
            )
        )

    async def close(self, trade: Trade) -> Trade | Refused:
        return await self.database.run(
            lambda tx: service.close_trade(
                tx, self.app.merchant_id, trade_no=None, out_trade_no=trade.out_trade_no
            )
        )

    async def seen(self, trade: Trade) -> Trade:
        """The trade as it is now."""
        async with self.database.reading() as tx:
            found = await service.find_trade(
                tx, self.app.merchant_id, trade_no=trade.trade_no, out_trade_no=None
            )
        assert found is not None
        return found


async def buyer_with(database: Database, sealer: Sealer, balance_fen: int) -> Someone:
    """A new person with so much money."""
    someone = await signed_up_person(database, sealer)
    if balance_fen:
        await with_balance(database, someone.actor, balance_fen)
    return someone


async def pay(
    database: Database, buyer: Someone, trade: Trade, pay_password: str = PAY_PASSWORD
) -> CashierView | Refused:
    """`buyer` pays `trade` from the balance."""
    return await database.run(
        lambda tx: service.pay(tx, buyer.actor, trade.trade_no, Fund.BALANCE, pay_password)
    )


async def audited(database: Database) -> list[Finding]:
    """What the books, the wallets and the trades contradict."""
    async with database.reading() as tx:
        return [
            *await ledger_audit.audit(tx),
            *await wallet_audit.audit(tx),
            *await audit.audit(tx),
        ]
