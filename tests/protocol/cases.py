"""What goes wrong in each method, alike for every SDK: method, content, sub_code, sentence."""

ERRORS = [
    ("alipay.trade.query", {"out_trade_no": "没有"}, "ACQ.TRADE_NOT_EXIST", "交易不存在"),
    ("alipay.trade.close", {"out_trade_no": "没有"}, "ACQ.TRADE_NOT_EXIST", "交易不存在"),
    (
        "alipay.trade.refund",
        {"out_trade_no": "没有", "refund_amount": "1"},
        "ACQ.TRADE_NOT_EXIST",
        "交易不存在",
    ),
    (
        "alipay.trade.fastpay.refund.query",
        {"out_trade_no": "没有", "out_request_no": "1"},
        "ACQ.TRADE_NOT_EXIST",
        "交易不存在",
    ),
    (
        "alipay.trade.pay",
        {"out_trade_no": "1", "auth_code": "1", "subject": "x", "total_amount": "1"},
        "ACQ.PAYMENT_AUTH_CODE_INVALID",
        "支付授权码无效",
    ),
    (
        "alipay.trade.create",
        {"out_trade_no": "1", "subject": "x", "total_amount": "1", "buyer_id": "2088"},
        "ACQ.BUYER_NOT_EXIST",
        "买家不存在",
    ),
]
