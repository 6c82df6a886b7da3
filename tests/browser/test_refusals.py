"""What a person reads when something isn't possible, and the way on from there."""

from collections.abc import Callable
from datetime import timedelta

from playwright.async_api import expect

from tests.browser.conftest import Opening, People
from tests.browser.pages.order import BookPage, CashierPage, OrderPage
from tests.browser.pages.people import RealNamePage
from tests.browser.pages.wallet import TopUpPage
from tests.support.browser import PAY_PASSWORD, until
from tests.support.people import some_identity_number


async def test_a_wrong_pay_password_says_how_many_tries_are_left(
    window: Opening, people: People
) -> None:
    person = people.moneyed()
    held = person.phone.hold(person.phone.today() + timedelta(days=1))
    amount = f"{held['total_fen'] / 100:,.2f}"
    seen = await window("zh", person)
    await seen.open(f"/cashier/{held['trade_no']}")
    cashier = await CashierPage(seen.page, seen.say).here()
    await cashier.ask_to_pay(amount)
    sheet = seen.page.get_by_role("dialog")
    for left in (4, 3):
        await cashier.pay_password("000000")
        await expect(sheet).to_contain_text(f"支付密码不正确，还可以再试 {left} 次。")
    for _ in range(3):
        await cashier.pay_password("000000")
        await expect(sheet.get_by_role("alert")).not_to_be_empty()
    await expect(sheet).to_contain_text("已锁定")
    assert person.phone.balance_fen() == 1_000_00
    assert person.phone.order(held["order_id"])["status"] == "held"


async def test_a_wrong_check_digit_is_told_and_changes_nothing(
    window: Opening, people: People
) -> None:
    person = people.somebody(named=False)
    number = some_identity_number()
    wrong = number[:-1] + ("1" if number[-1] != "1" else "2")
    seen = await window("en", person)
    await seen.open("/me/real-name")
    page = await RealNamePage(seen.page, seen.say).here()
    await page.give("王小满", wrong)
    await page.expect_refusal("This is not a valid identity number. Please check it.")
    assert person.phone.get("/people/me")["real_name_level"] == 0
    await page.give("王小满", number)
    await page.headed("people:me.title")
    assert person.phone.get("/people/me")["real_name_level"] == 1


async def test_too_little_money_leads_to_topping_up_and_back(
    window: Opening, people: People
) -> None:
    person = people.moneyed(100_00)
    held = person.phone.hold(person.phone.today() + timedelta(days=1))
    fare = held["total_fen"]
    missing = f"{(fare - 100_00) / 100:,.2f}"
    seen = await window("zh", person)
    await seen.open(f"/tickets/orders/{held['order_id']}")
    cashier = await (await OrderPage(seen.page, seen.say).here()).pay()
    top_up = await cashier.top_up_missing(missing)
    amount = top_up.field("wallet:topUpPage.amount")
    await expect(amount).to_have_value(missing.replace(",", ""))
    await top_up.button("wallet:topUpPage.next").click()
    result = await top_up.confirm(PAY_PASSWORD)
    await result.expect_outcome("succeeded", missing)
    await result.back_to_paying()
    paid = await (await cashier.here()).pay(f"{fare / 100:,.2f}", PAY_PASSWORD)
    await (await paid.show_ticket()).expect_stage("issued")
    assert person.phone.balance_fen() == 0


async def test_who_paid_after_a_card_was_refused_reads_that_it_is_paid(
    window: Opening, people: People, bank: Callable[[str], None]
) -> None:
    person = people.moneyed()
    held = person.phone.hold(person.phone.today() + timedelta(days=1))
    amount = f"{held['total_fen'] / 100:,.2f}"
    seen = await window("zh", person)
    await seen.open(f"/cashier/{held['trade_no']}")
    cashier = await CashierPage(seen.page, seen.say).here()
    bank("refuse")
    card = await cashier.choose_fund(1)
    await cashier.ask_to_pay(amount)
    sheet = seen.page.get_by_role("dialog")
    await expect(sheet).to_contain_text(seen.say("payments:payFrom", fund=card))
    await cashier.pay_password(PAY_PASSWORD)
    await cashier.expect_refusal(seen.say("payments:cardFailed", card=card))
    balance = await cashier.choose_fund(0)
    await cashier.ask_to_pay(amount)
    await expect(sheet).to_contain_text(seen.say("payments:payFrom", fund=balance))
    await cashier.pay_password(PAY_PASSWORD)
    await cashier.headed("payments:paid.title")
    await cashier.expect_text(seen.say("payments:paid.text"))


async def test_an_order_that_wasn_t_paid_in_time_says_so(window: Opening, people: People) -> None:
    person = people.moneyed()
    held = person.phone.hold(person.phone.today() + timedelta(days=1))
    seen = await window("zh", person)
    await seen.open(f"/tickets/orders/{held['order_id']}")
    order = await OrderPage(seen.page, seen.say).here()
    await order.expect_stage("unpaid")
    person.phone.move_clock(timedelta(minutes=21))
    await until(lambda: person.phone.order(held["order_id"])["status"] == "lapsed")
    await order.expect_stage("lapsed")
    await order.expect_text("未在规定时间内支付，座位已释放。")
    await expect(order.link("rail:order.pay")).to_have_count(0)
    await seen.open(f"/cashier/{held['trade_no']}")
    await CashierPage(seen.page, seen.say).headed("payments:closed.title")
    assert person.phone.balance_fen() == 1_000_00


async def test_a_silent_bank_leaves_the_top_up_pending_until_it_speaks(
    window: Opening, people: People, bank: Callable[[str], None]
) -> None:
    person = people.moneyed(0)
    bank("silent")
    seen = await window("zh", person)
    await seen.open("/top-up")
    top_up = await TopUpPage(seen.page, seen.say).here()
    await top_up.choose("66")
    result = await top_up.confirm(PAY_PASSWORD)
    await result.expect_outcome("pending", "66.00")
    await result.expect_text("还没有收到结果")
    bank("none")
    await result.expect_outcome("succeeded", "66.00")
    assert person.phone.balance_fen() == 66_00


async def test_an_unpaid_order_keeps_from_placing_another(window: Opening, people: People) -> None:
    person = people.moneyed()
    tomorrow = person.phone.today() + timedelta(days=1)
    held = person.phone.hold(tomorrow)
    train = f"/tickets/book/{held['train_no']}"
    seen = await window("zh", person)
    await seen.open(f"{train}?from=VNP&to=AOH&date={tomorrow + timedelta(days=1)}&class=O")
    book = await BookPage(seen.page, seen.say).here()
    await book.button("rail:book.submit").click()
    await book.expect_refusal("您还有未处理的订单，请先支付或取消。")
    await book.link("rail:book.toOpenOrder").click()
    await book.headed("rail:orders.title")
    assert len(person.phone.get("/rail/orders")) == 1
