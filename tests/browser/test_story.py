"""A person's way to a first ticket, in a real browser on a real installation."""

from datetime import timedelta

import httpx

from tests.browser.conftest import Opening, People
from tests.browser.pages.people import SignInPage
from tests.browser.pages.search import SearchPage
from tests.browser.pages.wallet import BillsPage
from tests.support.people import some_identity_number, some_phone
from tests.support.server import Server
from tests.support.story import Phone
from tests.support.time import parse_instant

BEIJING_SOUTH = "VNP"
FARE = "553.00"


def at_the_gate(server: Server, qr_text: str, station: str) -> dict[str, object]:
    """What the gate of `station` says to a code."""
    token = (server.data / "farewave" / "keys" / "gate.token").read_text().strip()
    asked = httpx.post(
        f"{server.url}/api/v1/rail/gate/checks",
        json={"qr_text": qr_text, "station": station},
        headers={"X-Gate-Token": token},
        timeout=60,
    )
    assert asked.status_code == 200, asked.text
    return dict(asked.json())


async def test_a_new_person_comes_to_a_first_ticket(
    farewave: Server, window: Opening, people: People
) -> None:
    seen = await window("zh")
    await seen.open("/")
    sign_up = await (await SignInPage(seen.page, seen.say).here()).create_account()
    number = some_phone().digits
    await sign_up.ask_for_code(number)
    real_name = await sign_up.finish(await sign_up.code_on_screen(), "river4crossing")
    pay_password = await real_name.give_and_go_on("王小满", some_identity_number())
    home = await pay_password.choose("280416")
    await home.expect_balance("0.00")
    await home.expect_text("还没有账单")

    top_up = await home.top_up()
    binding = await top_up.bind_first_card()
    card_number = await binding.open_demonstration_account()
    await binding.ask_for_code()
    await binding.confirm()
    await top_up.here()
    await top_up.expect_text(f"({card_number[-4:]})")
    await top_up.choose("1000")
    result = await top_up.confirm("280416")
    await result.expect_outcome("succeeded", "1,000.00")
    home = await result.to_wallet()
    await home.expect_balance("1,000.00")

    phone = people.phone()
    phone.sign_in(number, "river4crossing")
    await home.tab("tickets")
    search = await SearchPage(seen.page, seen.say).here()
    await search.choose_station("from", "beijingnan", "北京南")
    await search.choose_station("to", "shhq", "上海虹桥")
    await search.choose_day(phone.today() + timedelta(days=1))
    train = await (await search.search()).choose("G1")
    book = await train.book("二等座")
    await book.wish("F", "window")
    order = await book.place()
    await order.expect_stage("unpaid")
    await order.expect_text("王小满")
    assert 19 * 60 < await order.seconds_left() <= 20 * 60
    held = phone.order(order.order_id)
    assert (held["status"], held["train_code"], held["class_code"]) == ("held", "G1", "O")
    assert held["seats"][0]["seat"].endswith("F"), "the wish could be met on an empty train"

    paid = await (await order.pay()).pay(FARE, "280416")
    await paid.expect_text("付款成功")
    await paid.expect_amount(FARE)
    order = await paid.show_ticket()
    await order.expect_stage("issued")
    ticket = await order.show_ticket()
    seat = held["seats"][0]
    await ticket.expect_shown("王小满", "G1", "北京南", "上海虹桥", seat["coach"], seat["seat"])
    await ticket.expect_code()
    ticket_id = ticket.ticket_id
    assert phone.balance_fen() == 1_000_00 - 553_00

    await seen.open("/bills")
    bills = await BillsPage(seen.page, seen.say).here()
    await bills.expect_bill("−¥553.00")
    await bills.expect_bill("+¥1,000.00")
    await (await bills.open("−¥553.00")).expect_fact(held["trade_no"])

    check_gates(farewave, phone, ticket_id)


def check_gates(server: Server, phone: Phone, ticket_id: str) -> None:
    """The ticket's code opens the gate in time, once; a changed one never does."""
    shown = phone.get(f"/rail/tickets/{ticket_id}")
    code = shown["qr_text"]
    early = at_the_gate(server, code, BEIJING_SOUTH)
    assert (early["admitted"], early["reason"]) == (False, "too_early"), "read, not yet let in"
    other = "A" if code[-9] != "A" else "B"
    forged = at_the_gate(server, f"{code[:-9]}{other}{code[-8:]}", BEIJING_SOUTH)
    assert (forged["admitted"], forged["reason"]) == (False, "forged")
    now = parse_instant(phone.get("/session")["now"])
    phone.move_clock(parse_instant(shown["depart_at"]) - now - timedelta(minutes=30))
    assert at_the_gate(server, code, BEIJING_SOUTH)["admitted"] is True
    assert at_the_gate(server, code, BEIJING_SOUTH)["reason"] == "used"


async def test_the_demonstration_person_comes_to_a_ticket_in_english(
    window: Opening, people: People
) -> None:
    phone = people.phone()
    phone.sign_in()
    before = phone.balance_fen()
    seen = await window("en")
    await seen.open("/")
    home = await (await SignInPage(seen.page, seen.say).here()).as_demonstration_person()
    top_up = await home.top_up()
    await top_up.choose("600")
    result = await top_up.confirm("135246")
    await result.expect_outcome("succeeded", "600.00")
    home = await result.to_wallet()
    await home.expect_balance(f"{(before + 600_00) / 100:,.2f}")

    await home.tab("tickets")
    search = await SearchPage(seen.page, seen.say).here()
    await search.choose_station("from", "beijing s", "Beijing South")
    await search.choose_station("to", "hongqiao", "Shanghai Hongqiao")
    await search.choose_day(phone.today() + timedelta(days=2))
    train = await (await search.search()).choose("G7")
    order = await (await train.book("Second class")).place()
    await order.expect_text("Waiting for payment")
    paid = await (await order.pay()).pay(FARE, "135246")
    await paid.expect_text("Paid")
    order = await paid.show_ticket()
    await order.expect_text("Tickets issued")
    ticket = await order.show_ticket()
    await ticket.expect_shown("G7", "Beijing South", "Shanghai Hongqiao", "Second class", FARE)
    await ticket.expect_code()
    assert phone.balance_fen() == before + 600_00 - 553_00
