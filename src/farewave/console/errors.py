"""What the console refuses."""

from farewave.kit.outcome import RefusalCode


class ConsoleRefusal(RefusalCode):
    """In order of precedence: `NAME = code, http_status, zh, en`."""

    SIGNED_OUT = (
        "console.signed_out",
        401,
        "请先登录控制台。",
        "Please sign in to the console.",
    )
    MERCHANTS_ONLY = (
        "console.merchants_only",
        403,
        "仅商户可用。",
        "This is for merchants only.",
    )
    OPERATOR_ONLY = (
        "console.operator_only",
        403,
        "仅平台运营人员可用。",
        "This is for the operator only.",
    )
    LINK_INVALID = (
        "console.link_invalid",
        403,
        "登录链接无效、已使用或已过期，请向平台运营人员索取新的链接。",
        "The link isn't valid, was used already or is over. Ask the operator for a new one.",
    )
    LOCKED = (
        "console.locked",
        429,
        "验证码错误次数过多，请在 {wait_min} 分钟后重试，或使用通行密钥登录。",
        "Too many wrong codes. Try again in {wait_min} min, or sign in with a passkey.",
    )
    CODE_WRONG = (
        "console.code_wrong",
        403,
        "商户号或验证码错误，或该验证码已使用过。",
        "The seller number or the code isn't right, or the code was used already.",
    )
    NO_CODE_TO_CONFIRM = (
        "console.no_code_to_confirm",
        409,
        "没有待确认的身份验证器，请重新设置。",
        "There is no authenticator app to confirm. Please set it up again.",
    )
    PASSKEY_INVALID = (
        "console.passkey_invalid",
        403,
        "通行密钥验证未通过，请重试。",
        "The passkey could not be verified. Please try again.",
    )
    TOO_MANY_PASSKEYS = (
        "console.too_many_passkeys",
        409,
        "通行密钥最多 {most} 个，请先删除不再使用的。",
        "There can be {most} passkeys at most. Remove one that you no longer use.",
    )
    PASSKEYS_IMPOSSIBLE = (
        "console.passkeys_impossible",
        409,
        "通行密钥需要域名，当前地址不支持，请使用身份验证器。",
        "Passkeys need a domain name, which this address has none of. Use an authenticator app.",
    )
    BILL_NOT_THERE = (
        "console.bill_not_there",
        404,
        "该日期没有账单：账单在次日生成。",
        "There is no bill of that time: a day's bill is made the day after.",
    )
    NOTIFICATION_NOT_FOUND = (
        "console.notification_not_found",
        404,
        "没有找到这条通知，通知保留 30 天。",
        "There is no such notification. They are kept for 30 days.",
    )
    NOTIFICATION_UNDER_WAY = (
        "console.notification_under_way",
        409,
        "这条通知正在发送，请稍后查看结果。",
        "The notification is being sent right now. Look again in a moment.",
    )
    CURSOR_INVALID = (
        "console.cursor_invalid",
        422,
        "分页位置无效。",
        "The place to go on from isn't valid.",
    )
    DATES_INVALID = (
        "console.dates_invalid",
        422,
        "日期范围无效：最多 {days} 天。",
        "The dates aren't valid: a range has at most {days} days.",
    )
