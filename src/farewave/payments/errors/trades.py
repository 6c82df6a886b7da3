"""What can be refused about trades, in order of precedence."""

from farewave.kit.outcome import RefusalCode


class PaymentsRefusal(RefusalCode):
    """`NAME = code, http_status, zh, en`."""

    TRADE_NOT_FOUND = (
        "payments.trade_not_found",
        404,
        "没有找到这笔交易。",
        "There is no such trade.",
    )
    NOT_YOUR_TRADE = (
        "payments.not_your_trade",
        403,
        "这笔交易由其他人付款。",
        "This trade is somebody else's to pay.",
    )
    PAY_CODE_UNKNOWN = (
        "payments.pay_code_unknown",
        404,
        "没有找到这个付款码。",
        "There is no such pay code.",
    )
    AUTH_CODE_INVALID = (
        "payments.auth_code_invalid",
        409,
        "付款码无效或已过期，请刷新后重试。",
        "The pay code isn't valid or is over. Please show a fresh one.",
    )
    AMOUNT_INVALID = (
        "payments.amount_invalid",
        422,
        "金额无效。",
        "The amount isn't valid.",
    )
    EXPIRED_ALREADY = (
        "payments.expired_already",
        422,
        "交易的截止时间已过。",
        "The trade's deadline has already passed.",
    )
    BUYER_NOT_FOUND = (
        "payments.buyer_not_found",
        404,
        "买家不存在。",
        "There is no such buyer.",
    )
    SELLER_NOT_FOUND = (
        "payments.seller_not_found",
        404,
        "卖家不存在。",
        "There is no such seller.",
    )
    CONTEXT_INCONSISTENT = (
        "payments.context_inconsistent",
        409,
        "同一商户订单号的交易信息不一致。",
        "The merchant's order number was already used for a different trade.",
    )
    CHECKOUT_NOT_FOUND = (
        "payments.checkout_not_found",
        404,
        "没有找到这笔订单，请让商户重新生成付款码。",
        "There is no such order. Please ask the merchant for a new code.",
    )
    CHECKOUT_OVER = (
        "payments.checkout_over",
        409,
        "付款码已过期，请让商户重新生成。",
        "The code is over. Please ask the merchant for a new one.",
    )
    CANCEL_TOO_LATE = (
        "payments.cancel_too_late",
        409,
        "交易超过撤销时间范围。",
        "It is too late to cancel this trade.",
    )
    TRADE_HAS_SUCCESS = (
        "payments.trade_has_success",
        409,
        "这笔交易已经付款。",
        "This trade is paid already.",
    )
    TRADE_HAS_CLOSE = (
        "payments.trade_has_close",
        409,
        "这笔交易已经关闭。",
        "This trade is closed.",
    )
    TRADE_EXPIRED = (
        "payments.trade_expired",
        409,
        "付款时间已过，交易已关闭，没有扣款。",
        "The time to pay is over. The trade is closed and nothing was charged.",
    )
    TRADE_HAS_FINISHED = (
        "payments.trade_has_finished",
        409,
        "这笔交易已经完结，超过可退款期限。",
        "This trade is finished; the time for refunds is over.",
    )
    TRADE_STATUS_WRONG = (
        "payments.trade_status_wrong",
        409,
        "交易当前的状态不支持这种操作。",
        "The trade's state doesn't allow this.",
    )
    CARD_NEEDED = (
        "payments.card_needed",
        422,
        "请选择付款的银行卡。",
        "Choose the bank card to pay with.",
    )
    CARD_PAYMENT_PENDING = (
        "payments.card_payment_pending",
        409,
        "银行还在处理您的银行卡付款，请等待结果，不要重复付款。",
        "The bank is still working on your card payment. Please wait for it; don't pay again.",
    )
    LIMIT_PAYMENT = (
        "payments.limit_payment",
        409,
        "超过单笔支付限额 {limit_yuan} 元。",
        "A single payment is limited to {limit_yuan} yuan.",
    )
    LIMIT_DAY = (
        "payments.limit_day",
        409,
        "超过单日支付限额 {limit_yuan} 元。",
        "Payments are limited to {limit_yuan} yuan a day.",
    )
    LIMIT_MONTH = (
        "payments.limit_month",
        409,
        "超过单月支付限额 {limit_yuan} 元。",
        "Payments are limited to {limit_yuan} yuan a month.",
    )
    BALANCE_NOT_ENOUGH = (
        "payments.balance_not_enough",
        409,
        "余额不足，请先充值。",
        "The balance isn't enough. Please top up first.",
    )
    REFUNDED_IN_PART = (
        "payments.refunded_in_part",
        409,
        "交易已部分退款，不能撤销。",
        "A part of this trade was refunded: it can't be cancelled any more.",
    )
    REFUND_EXCEEDS = (
        "payments.refund_exceeds",
        409,
        "退款金额超过可退金额。",
        "The refund exceeds what is left to refund.",
    )
    DISCORDANT_REPEAT = (
        "payments.discordant_repeat",
        409,
        "同一退款请求号的金额不一致。",
        "The refund's request number was already used for another amount.",
    )
    SELLER_BALANCE_NOT_ENOUGH = (
        "payments.seller_balance_not_enough",
        409,
        "商户余额不足，暂时无法退款。",
        "The seller's balance isn't enough for the refund.",
    )


class PayoutRefusal(RefusalCode):
    """What can be refused about a merchant's sending money to somebody."""

    PAYEE_NOT_FOUND = (
        "payments.payee_not_found",
        404,
        "收款账号不存在。",
        "There is no such payee.",
    )
    PAYEE_NAME_WRONG = (
        "payments.payee_name_wrong",
        409,
        "收款用户姓名有误。",
        "The payee's name is another.",
    )
    AMOUNT_TOO_SMALL = (
        "payments.payout_too_small",
        422,
        "单笔最低转账金额为 {limit_yuan} 元。",
        "The least that can be sent is {limit_yuan} yuan.",
    )
    AMOUNT_TOO_LARGE = (
        "payments.payout_too_large",
        422,
        "单笔转账限额为 {limit_yuan} 元。",
        "The most that can be sent at once is {limit_yuan} yuan.",
    )
    INCONSISTENT = (
        "payments.payout_inconsistent",
        409,
        "同一商户订单号的转账信息不一致。",
        "The merchant's number was already used for a different transfer.",
    )


class RoyaltyRefusal(RefusalCode):
    """What can be refused about splitting what a trade brought."""

    RECEIVER_NOT_FOUND = (
        "payments.receiver_not_found",
        404,
        "分账接收方不存在。",
        "There is no such receiver.",
    )
    RECEIVER_NAME_WRONG = (
        "payments.receiver_name_wrong",
        409,
        "分账接收方姓名不匹配。",
        "The receiver's name is another.",
    )
    TOO_MANY_RECEIVERS = (
        "payments.too_many_receivers",
        409,
        "分账关系数量超过限制。",
        "A merchant can't have so many receivers.",
    )
    REQUEST_INCONSISTENT = (
        "payments.settlement_inconsistent",
        409,
        "同一分账请求号的内容不一致。",
        "The request's number was already used for another split.",
    )
    FINISHED = (
        "payments.settlement_finished",
        409,
        "这笔交易的分账已经完结。",
        "This trade's splitting was finished.",
    )
    SAME_ACCOUNT = (
        "payments.receiver_is_seller",
        409,
        "分账收入方不能是交易卖家本身。",
        "A seller can't split with itself.",
    )
    RECEIVER_NOT_BOUND = (
        "payments.receiver_not_bound",
        409,
        "请先与分账接收方建立分账关系。",
        "The merchant must name a receiver before it splits with it.",
    )
    AMOUNT = (
        "payments.settlement_amount",
        409,
        "分账金额超过交易可分账金额。",
        "That is more than is left of the trade to split.",
    )
    RETURN_EXCEEDS = (
        "payments.royalty_return_exceeds",
        409,
        "退分账金额超过分账接收方所得，或超过退款金额。",
        "That is more than the receiver got, or than is refunded.",
    )
    RECEIVER_BALANCE_NOT_ENOUGH = (
        "payments.receiver_balance_not_enough",
        409,
        "分账接收方余额不足，无法退分账。",
        "The receiver doesn't have enough left to give back.",
    )


class AuthorizationRefusal(RefusalCode):
    """What can be refused about a pre-authorisation."""

    NOT_FOUND = (
        "payments.authorization_not_found",
        404,
        "没有找到这笔预授权。",
        "There is no such authorisation.",
    )
    AMOUNT = ("payments.authorization_amount", 422, "冻结金额无效。", "The amount isn't valid.")
    DONE_ALREADY = (
        "payments.authorization_done_already",
        409,
        "这笔预授权已经冻结成功。",
        "The money is frozen already.",
    )
    INCONSISTENT = (
        "payments.authorization_inconsistent",
        409,
        "同一请求号的预授权信息不一致。",
        "The number was already used for something else.",
    )
    FINISHED = (
        "payments.authorization_finished",
        409,
        "这笔预授权已经完结。",
        "This authorisation is finished.",
    )
    CLOSED = (
        "payments.authorization_closed",
        409,
        "这笔预授权已经关闭。",
        "This authorisation is closed.",
    )
    EXCEEDS = (
        "payments.authorization_exceeds",
        409,
        "金额超过预授权剩余的冻结金额。",
        "That is more than is left of the authorisation.",
    )
    CANCEL_TOO_LATE = (
        "payments.authorization_cancel_too_late",
        409,
        "预授权超过撤销时间范围。",
        "It is too late to cancel this authorisation.",
    )
