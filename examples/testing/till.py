"""A till that takes pay codes, as any program that uses an SDK might have it: here fzlee's.

What a real gateway does to it some day: an answer is lost, or the gateway is busy. So it never
takes a call without a result for a payment that failed: it asks, by the same order number.
"""

import time
from http.client import HTTPException

BUSY = "20000"
WAITS_FOR_PASSWORD = "10003"
TRIES = 3


class ResultUnknown(Exception):
    """Neither paid nor refused, as far as is known: keep the order and ask again later."""


class Till:
    """`alipay` is the SDK's client."""

    def __init__(self, alipay, pause_s=0.2):
        self.alipay = alipay
        self.pause_s = pause_s

    def charge(self, out_trade_no, code, amount):
        """True when it is paid, False when it was refused. Raises ResultUnknown."""
        for _ in range(TRIES):
            answer = self._pay(out_trade_no, code, amount)
            answered = answer is not None and answer["code"] not in (BUSY, WAITS_FOR_PASSWORD)
            if answered and answer["code"] == "10000":
                return True
            paid = self.is_paid(out_trade_no)
            if paid or (answered and paid is False):
                return paid
            time.sleep(self.pause_s)
        raise ResultUnknown(out_trade_no)

    def is_paid(self, out_trade_no):
        """None when nothing is known of it: the gateway didn't answer, or had no time to look."""
        answer = self._answer(self.alipay.api_alipay_trade_query, out_trade_no=out_trade_no)
        if answer is None or answer["code"] == BUSY:
            return None
        return answer.get("trade_status") == "TRADE_SUCCESS"

    def _pay(self, out_trade_no, code, amount):
        return self._answer(
            self.alipay.api_alipay_trade_pay,
            out_trade_no=out_trade_no,
            scene="bar_code",
            auth_code=code,
            subject="Coffee",
            total_amount=amount,
        )

    @staticmethod
    def _answer(call, **content):
        try:
            return call(**content)
        except (OSError, HTTPException):  # refused, timed out, broken off
            return None
