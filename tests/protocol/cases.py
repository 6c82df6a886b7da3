"""What goes wrong, alike for every SDK: in each method, and in the parameters of any call.

`ERRORS`: method, content, sub_code, sentence.
"""

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

WRONG = [
    ("app_id", "", "40001", "isv.missing-app-id", "缺少appId参数"),
    ("sign_type", "", "40001", "isv.missing-signature-type", "缺少签名类型参数"),
    ("timestamp", "", "40001", "isv.missing-timestamp", "缺少时间戳参数"),
    ("version", "", "40001", "isv.missing-version", "缺少版本参数"),
    ("app_id", "2021000000000000", "40002", "isv.invalid-app-id", "无效的AppID参数"),
    ("sign_type", "MD5", "40002", "isv.invalid-signature-type", "无效的签名类型"),
    ("format", "xml", "40002", "isv.invalid-format", "无效的数据格式"),
    ("charset", "latin-1", "40002", "isv.invalid-charset", "字符集错误"),
    ("timestamp", "yesterday", "40002", "isv.invalid-timestamp", "非法的时间戳参数"),
    ("version", "2.0", "40002", "isv.invalid-parameter", "参数无效：version"),
    ("notify_url", "ftp://x", "40002", "isv.invalid-parameter", "参数无效：notify_url"),
    ("encrypt_type", "DES", "40002", "isv.invalid-encrypt-type", "无效的加密类型"),
    (
        "encrypt_type",
        "AES",
        "40002",
        "isv.decryption-error-not-valid-encrypt-key",
        "解密出错, 未配置加密密钥或加密密钥格式错误",
    ),
    ("app_cert_sn", "0" * 32, "40002", "isv.app-cert-not-exist", "应用公钥证书不存在"),
    ("app_auth_token", "t", "20001", "aop.invalid-app-auth-token", "无效的应用授权令牌"),
]
"""A public parameter, what it is set to, and the answer: code, sub_code, sentence."""
