"""What the console makes of a notification, whichever family it is of."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from farewave.console.endpoints.parts import notification_out
from farewave.db.sending import Sending
from tests.support.browser import LANGUAGES, Words

NOW = datetime(2026, 11, 28, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("params", "kind", "out_no"),
    [
        (
            {"notify_type": "trade_status_sync", "gmt_payment": "x", "out_trade_no": "T1"},
            "paid",
            "T1",
        ),
        ({"notify_type": "fund_auth_freeze", "out_order_no": "F1"}, "fund_auth_freeze", "F1"),
        ({"notify_type": "dut_user_sign", "external_agreement_no": "A1"}, "dut_user_sign", "A1"),
        ({"notify_type": "dut_user_unsign"}, "dut_user_unsign", ""),
    ],
)
def test_each_kind_has_its_words_and_the_merchants_own_number(
    params: dict[str, str], kind: str, out_no: str
) -> None:
    payload = {"url": "https://shop.test/n", "params": {"notify_id": "0", "app_id": "1", **params}}
    told = notification_out(Sending(UUID(int=1), 0, "payments.notify", payload, NOW, 0, None, None))
    assert (told.kind, told.out_no) == (kind, out_no)
    for language in LANGUAGES:
        assert Words(language)(f"console:notifications.kinds.{kind}")
