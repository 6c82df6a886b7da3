"""The till's tests: they bring a gateway, a buyer and trouble with Farewave's fixtures.

pip install farewave python-alipay-sdk pytest
pytest examples/testing
"""

import pytest
from alipay import AliPay
from till import ResultUnknown, Till

PAY = "alipay.trade.pay"


@pytest.fixture
def till(farewave_app):
    alipay = AliPay(
        appid=farewave_app.app_id,
        app_private_key_string=farewave_app.private_key_pem,
        alipay_public_key_string=farewave_app.platform_public_key_pem,
    )
    alipay._gateway = farewave_app.gateway.gateway_url  # it has no option for it
    return Till(alipay)


def test_a_coffee_is_paid(till, farewave_buyer):
    before = farewave_buyer.balance_fen()
    assert till.charge("C1", farewave_buyer.pay_code(), "18.00")
    assert farewave_buyer.balance_fen() == before - 18_00


def test_a_buyer_without_the_money_is_refused(till, farewave_buyer):
    assert not till.charge("C2", farewave_buyer.pay_code(), "1000.01")


def test_a_payment_whose_answer_was_lost_is_found(till, farewave_buyer, farewave_faults):
    farewave_faults.lose_answer(PAY)
    before = farewave_buyer.balance_fen()
    assert till.charge("C3", farewave_buyer.pay_code(), "18.00")
    assert farewave_buyer.balance_fen() == before - 18_00


def test_a_busy_gateway_is_asked_again(till, farewave_buyer, farewave_faults):
    farewave_faults.unavailable(PAY, calls=2)
    assert till.charge("C4", farewave_buyer.pay_code(), "18.00")
    assert farewave_faults.left() == {}


def test_a_gateway_that_stays_busy_leaves_the_order_open(till, farewave_buyer, farewave_faults):
    farewave_faults.unavailable(PAY, calls=9)
    with pytest.raises(ResultUnknown):
        till.charge("C5", farewave_buyer.pay_code(), "18.00")
    farewave_faults.clear()
    assert till.is_paid("C5") is False


def test_an_order_is_open_while_nobody_says_what_became_of_it(
    till, farewave_buyer, farewave_faults
):
    before = farewave_buyer.balance_fen()
    farewave_faults.lose_answer(PAY, calls=9)
    farewave_faults.unavailable("alipay.trade.query", calls=9)
    with pytest.raises(ResultUnknown):
        till.charge("C6", farewave_buyer.pay_code(), "18.00")
    farewave_faults.clear()
    assert till.is_paid("C6")
    assert farewave_buyer.balance_fen() == before - 18_00
