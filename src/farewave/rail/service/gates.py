"""The gate: a code from a phone's screen, and whether its holder passes."""

from dataclasses import dataclass

from farewave.db import Tx
from farewave.db.events import record_event
from farewave.rail.code import TicketCode, read_code
from farewave.rail.model import Order
from farewave.rail.ports import TicketSigner
from farewave.rail.rules.gates import GateReason, judge_gate
from farewave.rail.service.networks import run_id_of
from farewave.rail.service.orders import OrderView, TicketView, view_of
from farewave.rail.store import orders as store


@dataclass(frozen=True, slots=True)
class GateAnswer:
    """`reason` None: the gate opens. `ticket` None: the code told of no ticket."""

    reason: GateReason | None
    ticket: TicketView | None


async def check_gate(tx: Tx, signer: TicketSigner, code_text: str, station: str) -> GateAnswer:
    """Judge the code at a gate of `station`; one that opens is used up there.

    The ticket is locked meanwhile, so two gates never open for one code at once.
    """
    code = read_code(code_text, signer)
    if code is None:
        return GateAnswer(GateReason.FORGED, None)
    found = await _locked_ticket(tx, code)
    if found is None:
        return GateAnswer(GateReason.UNKNOWN, None)
    order, ticket = found.view.order, found.ticket
    judged = judge_gate(order, ticket, station, tx.now)
    if isinstance(judged, GateReason):
        return GateAnswer(judged, found)
    await store.save_gate(tx, order.run_id, judged.ticket)
    if judged.entering:
        await _note_travelled(tx, order)
    return GateAnswer(None, TicketView(found.view, judged.ticket))


async def _locked_ticket(tx: Tx, code: TicketCode) -> TicketView | None:
    run_id = run_id_of(code.train_no, code.service_day)
    ref = await store.lock_ticket(tx, run_id, code.ticket_no)
    order = None if ref is None else await store.load_order(tx, ref)
    if order is None:
        return None
    view: OrderView = await view_of(tx, order)
    ticket = next(each for each in order.tickets if each.ticket_no == code.ticket_no)
    return TicketView(view, ticket)


async def _note_travelled(tx: Tx, order: Order) -> None:
    await record_event(
        tx,
        shard=order.shard,
        name="rail.travelled",
        actor_id=order.orderer_id,
        attributes={
            "train": order.train_code,
            "from": order.from_telecode,
            "to": order.to_telecode,
        },
    )
