"""Orders and tickets as their orderer sees them."""

from dataclasses import dataclass
from uuid import UUID

from farewave.db import ReadTx
from farewave.kit.limits import PAGE_SIZE_MAX
from farewave.kit.outcome import Refused
from farewave.people.model import Actor
from farewave.rail.errors import RailRefusal
from farewave.rail.model import Order, OrderStatus, Station, Ticket
from farewave.rail.service.networks import network_of
from farewave.rail.store import orders as store


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order with its two stations."""

    order: Order
    origin: Station
    destination: Station


@dataclass(frozen=True, slots=True)
class TicketView:
    """One ticket of an order."""

    view: OrderView
    ticket: Ticket


async def view_of(tx: ReadTx, order: Order) -> OrderView:
    """`order` with its stations, as named when it was sold."""
    stations = (await network_of(tx, order.version)).stations
    return OrderView(order, stations[order.from_telecode], stations[order.to_telecode])


async def list_orders(tx: ReadTx, actor: Actor) -> list[OrderView]:
    """The account's newest orders, newest first."""
    refs = await store.orders_of(tx, actor.shard, actor.person_id, PAGE_SIZE_MAX)
    return [await view_of(tx, order) for order in await store.load_orders(tx, refs)]


async def get_order(tx: ReadTx, actor: Actor, order_id: UUID) -> OrderView | Refused:
    """One order of the account."""
    ref = await store.find_order(tx, actor.shard, actor.person_id, order_id)
    order = None if ref is None else await store.load_order(tx, ref)
    if order is None:
        return Refused(RailRefusal.ORDER_UNKNOWN)
    return await view_of(tx, order)


async def get_ticket(tx: ReadTx, actor: Actor, ticket_id: UUID) -> TicketView | Refused:
    """One issued ticket of the account's orders."""
    ref = await store.find_ticket(tx, actor.shard, actor.person_id, ticket_id)
    order = None if ref is None else await store.load_order(tx, ref)
    if order is None or order.status is not OrderStatus.ISSUED:
        return Refused(RailRefusal.TICKET_UNKNOWN)
    ticket = next(each for each in order.tickets if each.ticket_id == ticket_id)
    return TicketView(await view_of(tx, order), ticket)
