"""What can be refused to a phone that makes codes or scanned a shop's, in order of precedence."""

from farewave.kit.outcome import RefusalCode


class PhoneRefusal(RefusalCode):
    """`NAME = code, http_status, zh, en`. None of these is met by an application's call."""

    CODE_DEVICE_UNKNOWN = (
        "payments.code_device_unknown",
        404,
        "这台设备还没有开通付款码，请先开通。",
        "This device doesn't make pay codes yet. Please turn them on first.",
    )
    DEVICE_KEY_INVALID = (
        "payments.device_key_invalid",
        422,
        "设备密钥无效。",
        "The device's key isn't valid.",
    )
    UNASKED_LIMIT_INVALID = (
        "payments.unasked_limit_invalid",
        422,
        "免密额度无效：单笔最高 {payment_yuan} 元，每日最高 {day_yuan} 元，且单笔不超过每日。",
        "Without asking, a payment may be {payment_yuan} yuan at most, a day {day_yuan} yuan, and "
        "a payment no more than a day.",
    )
    SHOP_CODE_NOT_FOUND = (
        "payments.shop_code_not_found",
        404,
        "没有找到这个收款码。",
        "There is no such shop code.",
    )
