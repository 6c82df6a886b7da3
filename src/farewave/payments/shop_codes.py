"""Codes that merchants put up in their shops. `tx` comes first; the edge commits."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from farewave.db import ReadTx, Tx
from farewave.kit.ids import new_id
from farewave.kit.outcome import Refused
from farewave.payments import link, service, store
from farewave.payments.errors import PhoneRefusal
from farewave.payments.model import Merchant, Trade
from farewave.payments.shop_code import ShopCode
from farewave.people.model import Actor

PAY_WITHIN = timedelta(minutes=15)
"""Who scanned it stands in the shop."""


async def put_up(
    tx: Tx, *, merchant_id: UUID, app_id: str, label: str, notify_url: str | None = None
) -> ShopCode:
    """A new code of a merchant's, for good."""
    shard = tx.chance.below(tx.shards)
    made = ShopCode(
        shard=shard,
        code_id=new_id(shard, tx.now, tx.chance),
        secret=link.new_secret(tx.chance),
        merchant_id=merchant_id,
        app_id=app_id,
        label=label,
        notify_url=notify_url,
        created_at=tx.now,
    )
    await store.insert_shop_code(tx, made)
    return made


async def show(tx: ReadTx, token: str) -> tuple[ShopCode, Merchant] | Refused:
    """Whose code it is. Refusal: SHOP_CODE_NOT_FOUND."""
    place = link.parse_token(token, tx.shards)
    code = await store.shop_code(tx, *place[:2]) if place else None
    if place is None or code is None or code.secret != place.secret:
        return Refused(PhoneRefusal.SHOP_CODE_NOT_FOUND)
    merchant = await store.merchant(tx, code.merchant_id)
    assert merchant is not None, "a shop code belongs to a merchant"
    return code, merchant


async def begin_trade(tx: Tx, actor: Actor, token: str, amount_fen: int) -> Trade | Refused:
    """The trade of somebody who scanned the code and said how much; the cashier takes it on.

    Refusals: SHOP_CODE_NOT_FOUND, those of `service.create_trade`.
    """
    found = await show(tx, token)
    if isinstance(found, Refused):
        return found
    number = new_id(actor.shard, tx.now, tx.chance)
    asked = found[0].trade_for(actor.user_no, amount_fen, number)
    return await service.create_trade(tx, replace(asked, expires_at=tx.now + PAY_WITHIN))
