"""What the wallet can be refused, in order of precedence."""

from farewave.kit.outcome import RefusalCode


class WalletRefusal(RefusalCode):
    """`NAME = code, http_status, zh, en`."""

    AMOUNT = (
        "wallet.top_up_amount",
        422,
        "充值金额须在 {min_yuan} 元至 {max_yuan} 元之间。",
        "A top-up is between {min_yuan} and {max_yuan} yuan.",
    )
    WITHDRAWAL_AMOUNT = (
        "wallet.withdrawal_amount",
        422,
        "提现金额须在 {min_yuan} 元至 {max_yuan} 元之间。",
        "A withdrawal is between {min_yuan} and {max_yuan} yuan.",
    )
    BALANCE_NOT_ENOUGH = (
        "wallet.balance_not_enough",
        409,
        "余额不足。",
        "The balance isn't enough.",
    )
    WITHDRAWAL_UNKNOWN = (
        "wallet.withdrawal_unknown",
        404,
        "没有找到这笔提现。",
        "You have no such withdrawal.",
    )
    TOP_UP_UNKNOWN = (
        "wallet.top_up_unknown",
        404,
        "没有找到这笔充值。",
        "You have no such top-up.",
    )
    CURSOR_INVALID = (
        "wallet.cursor_invalid",
        422,
        "翻页位置无效，请从第一页开始。",
        "That place in the list isn't valid. Please start from the first page.",
    )
    TRANSFER_AMOUNT = (
        "wallet.transfer_amount",
        422,
        "转账金额须在 {min_yuan} 元至 {max_yuan} 元之间。",
        "A transfer is between {min_yuan} and {max_yuan} yuan.",
    )
    LOOK_UPS_SPENT = (
        "wallet.look_ups_spent",
        429,
        "今天查询收款人的次数已达上限，请明天再试。",
        "You have looked up as many people as a day allows. Try again tomorrow.",
    )
    PAYEE_UNKNOWN = (
        "wallet.payee_unknown",
        404,
        "该手机号还没有注册，不能收款。",
        "Nobody with this number has an account here.",
    )
    PAYEE_SELF = (
        "wallet.payee_self",
        409,
        "不能给自己转账。",
        "You can't send money to yourself.",
    )
    TRANSFER_UNKNOWN = (
        "wallet.transfer_unknown",
        404,
        "没有找到这笔转账。",
        "You have no such transfer.",
    )
    MONTH_INVALID = (
        "wallet.month_invalid",
        422,
        "月份无效，请使用 2026-11 这样的格式。",
        "That is no month. Write it like 2026-11.",
    )
    BILL_UNKNOWN = ("wallet.bill_unknown", 404, "没有找到这笔账单。", "You have no such bill.")
