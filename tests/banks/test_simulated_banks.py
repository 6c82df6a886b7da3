"""The simulated banks' service: who is let in, whose books are whose, what each fault does."""

import json
from uuid import UUID

import httpx
import pytest

from farewave.banks.demo import audit as demo_audit
from farewave.banks.demo import server, wire
from farewave.banks.demo.bank import DemoBank
from farewave.banks.demo.books import card_number
from farewave.banks.demo.model import Fault, Holder
from farewave.banks.errors import BanksRefusal as R
from farewave.banks.model import (
    BankRefused,
    BankUnknown,
    BindingRequest,
    BindingStarted,
    Bound,
    Moved,
    NeverHeard,
)
from farewave.banks.rules import BANKS, bank_of_card
from tests.support.banks import SECRET, banks_client, demo_bank
from tests.support.people import some_identity_number, some_phone

OPENING_FEN = 1_000_00


def an_id(number: int) -> UUID:
    return UUID(int=(7 << 76) | (0b10 << 62) | number)


async def token_at(bank: DemoBank, number: int = 1) -> str:
    """An account with a thousand yuan, and the token of its card."""
    holder = Holder("林一诺", some_identity_number(), some_phone())
    opened = await bank.open_account(holder, balance_fen=OPENING_FEN)
    asked = BindingRequest(
        an_id(number), holder.name, holder.identity_number, opened.card_number, holder.phone
    )
    started = await bank.start_binding(asked)
    assert isinstance(started, BindingStarted)
    bound = await bank.confirm_binding(started.bank_reference, started.sandbox_code)
    assert isinstance(bound, Bound)
    return bound.token


async def balances(database) -> list[int]:
    async with database.reading() as tx:
        rows = await tx.fetch("SELECT balance_fen FROM demo_bank.account ORDER BY opened_at")
    return [row["balance_fen"] for row in rows]


@pytest.fixture
async def bank(database, sealer):
    made = demo_bank(database, sealer, "CMB")
    yield made
    async with database.reading() as tx:
        checks = {each.check for each in (await demo_audit.reconcile(tx)).findings}
    assert "bank_balance" not in checks


# --- who is let in -----------------------------------------------------------------------------


async def test_a_request_without_the_right_signature_reaches_no_book(database, sealer):
    async with banks_client(database, sealer) as client:
        body = json.dumps({"fault": "down"}).encode()
        path = wire.path_of("CMB", "fault")
        of_another = wire.request_signature(SECRET, wire.path_of("CCB", "fault"), body)
        for signature in ("", "0" * 64, of_another):
            answer = await client.post(path, content=body, headers={wire.SIGNATURE: signature})
            assert answer.status_code == 401
    assert await demo_bank(database, sealer, "CMB").fault() is Fault.NONE


@pytest.mark.parametrize(
    ("bank_code", "call", "asked", "status"),
    [
        ("XYZ", "fault", {}, 404),
        ("CMB", "robberies", {}, 404),
        ("CMB", "debits", {"instruction_id": "1"}, 422),
        ("CMB", "fault", {"fault": "on fire"}, 422),
        ("CMB", "queries", [], 422),
    ],
)
async def test_a_signed_request_that_says_nonsense_is_named(
    database, sealer, bank_code, call, asked, status
):
    path, body = wire.path_of(bank_code, call), json.dumps(asked).encode()
    headers = {wire.SIGNATURE: wire.request_signature(SECRET, path, body)}
    async with banks_client(database, sealer) as client:
        answer = await client.post(path, content=body, headers=headers)
    assert answer.status_code == status


async def test_an_answer_is_believed_only_with_the_banks_signature_on_it(database, sealer):
    service = server.build()
    service.state.banks = server.SimulatedBanks(database, sealer, bytes(32))
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(app=service), base_url="http://banks.test"
    )
    assert isinstance(await DemoBank(client, "CMB", SECRET).query(an_id(1)), BankUnknown)
    assert await DemoBank(client, "CMB", bytes(32)).query(an_id(1)) == NeverHeard()

    forged = b'{"is":"moved","bank_serial":"x"}'
    of_another = wire.answer_signature(SECRET, "another request's signature", forged)
    for status, signature in ((200, ""), (200, of_another), (500, of_another)):
        transport = httpx.MockTransport(
            lambda _, status=status, signature=signature: httpx.Response(
                status, content=forged, headers={wire.SIGNATURE: signature}
            )
        )
        impostor = httpx.AsyncClient(transport=transport, base_url="http://banks.test")
        assert isinstance(await DemoBank(impostor, "CMB", SECRET).query(an_id(1)), BankUnknown)


async def test_a_service_that_is_not_there_is_no_answer():
    def refused(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("nobody listens")

    client = httpx.AsyncClient(transport=httpx.MockTransport(refused), base_url="http://banks.test")
    bank = DemoBank(client, "CMB", SECRET)
    assert await bank.query(an_id(1)) == BankUnknown("ConnectError")
    assert await bank.fault() == BankUnknown("ConnectError")
    assert await bank.set_fault(Fault.DOWN) == BankUnknown("ConnectError")


async def test_who_looks_at_the_address_sees_which_banks_are_there(database, sealer):
    async with banks_client(database, sealer) as client:
        listed = (await client.get("/")).json()["banks"]
        assert (await client.get("/healthz")).json() == {"status": "ok"}
    assert {"ICBC", "ABC", "BOC", "CCB", "CMB"} <= {each["bank_code"] for each in listed}


# --- each bank has books of its own ------------------------------------------------------------


def test_each_bank_is_told_by_its_cards():
    for bank in BANKS:
        assert bank_of_card(card_number(7, bank.bank_code)) == bank
    assert len({bin for bank in BANKS for bin in bank.bins}) == sum(len(b.bins) for b in BANKS)


async def test_a_bank_knows_neither_the_tokens_nor_the_instructions_nor_the_faults_of_another(
    database, sealer, bank
):
    other = demo_bank(database, sealer, "CCB")
    token = await token_at(bank)
    refused = await other.debit(an_id(10), token, 1, "stray")
    assert isinstance(refused, BankRefused)
    assert refused.reason is R.AGREEMENT_ENDED
    assert await bank.query(an_id(10)) == NeverHeard()
    await other.set_fault(Fault.DOWN)
    assert isinstance(await bank.debit(an_id(10), token, 1, "own"), Moved)
    assert isinstance(await other.query(an_id(10)), BankUnknown)


# --- money out of cards and back ---------------------------------------------------------------


async def test_a_credit_is_paid_to_the_card_once(database, bank):
    token = await token_at(bank)
    first = await bank.credit(an_id(20), token, 5_00, "withdrawal")
    assert isinstance(first, Moved)
    assert await bank.credit(an_id(20), token, 5_00, "withdrawal") == first
    assert await bank.query(an_id(20)) == first
    assert await balances(database) == [OPENING_FEN + 5_00]
    # The id stands for a credit: a debit under it is no answer from which anything follows.
    assert isinstance(await bank.debit(an_id(20), token, 5_00, "withdrawal"), BankUnknown)


async def test_a_debit_is_given_back_in_parts_and_never_more_than_it_was(database, bank):
    token = await token_at(bank)
    await bank.debit(an_id(30), token, 10_00, "payment")
    await bank.release(token)  # the card was unbound since: its debits can still be given back
    assert isinstance(await bank.refund(an_id(31), an_id(30), 6_00, "part"), Moved)
    over = await bank.refund(an_id(32), an_id(30), 4_01, "too much")
    assert isinstance(over, BankRefused)
    assert isinstance(await bank.refund(an_id(33), an_id(30), 4_00, "rest"), Moved)
    assert await balances(database) == [OPENING_FEN]
    assert isinstance(await bank.refund(an_id(34), an_id(99), 1, "of nothing"), BankRefused)


async def test_nothing_is_paid_to_a_card_whose_agreement_ended(database, bank):
    token = await token_at(bank)
    await bank.release(token)
    refused = await bank.credit(an_id(40), token, 1, "late")
    assert isinstance(refused, BankRefused)
    assert await balances(database) == [OPENING_FEN]


# --- faults ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "answered", "moved"),
    [
        (Fault.SLOW, Moved, True),
        (Fault.SILENT, BankUnknown, True),
        (Fault.DUPLICATE, Moved, True),
        (Fault.REFUSE, BankRefused, False),
        (Fault.DOWN, BankUnknown, False),
    ],
)
async def test_each_fault_does_what_its_name_says_and_the_books_tell_it_later(
    database, bank, fault, answered, moved
):
    token = await token_at(bank)
    await bank.set_fault(fault)
    assert await bank.fault() is fault
    assert isinstance(await bank.debit(an_id(50), token, 1_00, "?"), answered)
    await bank.set_fault(Fault.NONE)
    assert await balances(database) == [OPENING_FEN - (1_00 if moved else 0)]
    later = await bank.query(an_id(50))
    heard = BankRefused if fault is Fault.REFUSE else NeverHeard
    assert isinstance(later, Moved if moved else heard)
