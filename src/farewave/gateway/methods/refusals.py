"""The one table from refusals of payments to the platform's business codes."""

from farewave.gateway.problems import Problem
from farewave.kit.outcome import RefusalCode, Refused
from farewave.payments.errors import AgreementRefusal as G
from farewave.payments.errors import AuthorizationRefusal as A
from farewave.payments.errors import PaymentsRefusal as P
from farewave.payments.errors import PayoutRefusal, RoyaltyRefusal


def _acq(sub_code: str, sub_msg: str) -> Problem:
    return Problem("40004", f"ACQ.{sub_code}", sub_msg)


def _fund(sub_code: str, sub_msg: str) -> Problem:
    return Problem("40004", sub_code, sub_msg)


TRADE_NOT_EXIST = _acq("TRADE_NOT_EXIST", "交易不存在")
SELLER_NOT_EXIST = _acq("SELLER_NOT_EXIST", "卖家不存在")

PROBLEM_OF: dict[RefusalCode, Problem] = {
    P.TRADE_NOT_FOUND: TRADE_NOT_EXIST,
    P.NOT_YOUR_TRADE: _acq("TRADE_BUYER_NOT_MATCH", "交易买家不匹配"),
    P.AMOUNT_INVALID: _acq("INVALID_PARAMETER", "参数无效：total_amount"),
    P.CHECKOUT_NOT_FOUND: TRADE_NOT_EXIST,
    P.CHECKOUT_OVER: _acq("TRADE_HAS_CLOSE", "交易已经关闭"),
    P.CANCEL_TOO_LATE: _acq("TRADE_CANCEL_TIME_OUT", "超过撤销时间范围"),
    P.REFUNDED_IN_PART: _acq("REASON_TRADE_REFUND_FEE_ERR", "退款金额不正确"),
    P.EXPIRED_ALREADY: _acq("NOW_TIME_AFTER_EXPIRE_TIME_ERROR", "当前时间已超过允许支付的时间"),
    P.BUYER_NOT_FOUND: _acq("BUYER_NOT_EXIST", "买家不存在"),
    P.SELLER_NOT_FOUND: SELLER_NOT_EXIST,
    P.CONTEXT_INCONSISTENT: _acq("CONTEXT_INCONSISTENT", "交易信息被篡改"),
    P.TRADE_HAS_SUCCESS: _acq("TRADE_HAS_SUCCESS", "交易已被支付"),
    P.TRADE_HAS_CLOSE: _acq("TRADE_HAS_CLOSE", "交易已经关闭"),
    P.TRADE_EXPIRED: _acq("TRADE_HAS_CLOSE", "交易已经关闭"),
    P.TRADE_HAS_FINISHED: _acq("TRADE_HAS_FINISHED", "交易已经完结"),
    P.TRADE_STATUS_WRONG: _acq("TRADE_STATUS_ERROR", "交易状态不合法"),
    P.CARD_NEEDED: _acq("INVALID_PARAMETER", "参数无效：card_id"),
    P.CARD_PAYMENT_PENDING: _acq("TRADE_STATUS_ERROR", "交易状态不合法"),
    P.BALANCE_NOT_ENOUGH: _acq("BUYER_BALANCE_NOT_ENOUGH", "买家余额不足"),
    P.REFUND_EXCEEDS: _acq("REFUND_AMT_NOT_EQUAL_TOTAL", "退款金额超限"),
    P.DISCORDANT_REPEAT: _acq("DISCORDANT_REPEAT_REQUEST", "不一致的请求"),
    P.SELLER_BALANCE_NOT_ENOUGH: _acq("SELLER_BALANCE_NOT_ENOUGH", "卖家余额不足"),
    P.AUTH_CODE_INVALID: _acq("PAYMENT_AUTH_CODE_INVALID", "支付授权码无效"),
    P.PAY_CODE_UNKNOWN: _acq("PAYMENT_AUTH_CODE_INVALID", "支付授权码无效"),
    P.LIMIT_PAYMENT: _acq("BEYOND_PER_RECEIPT_RESTRICTION", "超过单笔支付限额"),
    P.LIMIT_DAY: _acq("BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR", "买家付款日限额超限"),
    P.LIMIT_MONTH: _acq("BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR", "买家付款月额度超限"),
}

FUND_PROBLEM_OF: dict[RefusalCode, Problem] = {
    P.SELLER_BALANCE_NOT_ENOUGH: _fund(
        "PAYER_BALANCE_NOT_ENOUGH", "付款方余额不足，建议尽快充值后，再重新发起转账"
    ),
    PayoutRefusal.PAYEE_NOT_FOUND: _fund("PAYEE_NOT_EXIST", "收款账号不存在"),
    PayoutRefusal.PAYEE_NAME_WRONG: _fund("PAYEE_USER_INFO_ERROR", "收款用户姓名或其它信息不一致"),
    PayoutRefusal.AMOUNT_TOO_SMALL: _fund("EXCEED_LIMIT_SM_MIN_AMOUNT", "转账金额不能低于最低限额"),
    PayoutRefusal.AMOUNT_TOO_LARGE: _fund("EXCEED_LIMIT_SM_AMOUNT", "单笔额度超限"),
    PayoutRefusal.INCONSISTENT: _fund(
        "PAYMENT_INFO_INCONSISTENCY", "两次请求商户单号一样，但是参数不一致"
    ),
}
"""Of the fund family: the same refusal may have another name there."""
ORDER_NOT_EXIST = _fund("ORDER_NOT_EXIST", "订单不存在")


AUTH_ORDER_NOT_EXIST = _fund("AUTH_ORDER_NOT_EXIST", "支付宝资金授权订单不存在")
_AUTH_LIMIT = _fund("REQUEST_AMOUNT_EXCEED", "请求金额超限")
AUTH_PROBLEM_OF: dict[RefusalCode, Problem] = {
    A.NOT_FOUND: AUTH_ORDER_NOT_EXIST,
    A.AMOUNT: _fund("INVALID_PARAMETER", "参数无效：amount"),
    A.DONE_ALREADY: _fund("FREEZE_ALREADY_SUCCESS", "冻结已经成功"),
    A.INCONSISTENT: _fund("UNIQUE_VIOLATION", "违反唯一性约束"),
    A.FINISHED: _fund("ORDER_ALREADY_FINISH", "订单已经完结"),
    A.CLOSED: _fund("ORDER_ALREADY_CLOSED", "订单已经关闭"),
    A.EXCEEDS: _AUTH_LIMIT,
    P.AMOUNT_INVALID: _fund("INVALID_PARAMETER", "参数无效：amount"),
    A.CANCEL_TOO_LATE: _fund("CANCEL_OPERATION_TIME_OUT", "超过撤销时间范围"),
    P.AUTH_CODE_INVALID: _fund("PAYMENT_AUTH_CODE_INVALID", "支付授权码无效"),
    P.BALANCE_NOT_ENOUGH: _fund("MONEY_NOT_ENOUGH", "用户可用余额不足"),
    P.LIMIT_PAYMENT: _AUTH_LIMIT,
    P.LIMIT_DAY: _AUTH_LIMIT,
    P.LIMIT_MONTH: _AUTH_LIMIT,
}
"""Of pre-authorisation: the same refusal may have another name there."""
CAPTURE_PROBLEM_OF: dict[RefusalCode, Problem] = {
    A.NOT_FOUND: _acq("AUTH_NO_ERROR", "预授权号错误或状态不对"),
    A.EXCEEDS: _acq("AUTH_AMOUNT_NOT_ENOUGH", "授权金额不足"),
    A.FINISHED: _acq("AUTH_ORDER_HAS_FINISHED", "授权单据已完结"),
    A.CLOSED: _acq("AUTH_ORDER_HAS_CLOSED", "授权单据已关闭"),
    P.NOT_YOUR_TRADE: _acq("PAYER_UNMATCHED", "付款人不匹配"),
}
"""Of paying a trade out of one."""
AGREEMENT_PROBLEM_OF: dict[RefusalCode, Problem] = {
    G.NOT_FOUND: _fund("USER_AGREEMENT_NOT_EXIST", "用户协议不存在"),
    G.AUTHOREE_WRONG: _fund("AUTHOREE_IS_NOT_MATCH", "被授权方不匹配"),
    G.PLAN_WRONG: _fund("INVALID_PARAMETER", "参数无效：period_rule_params"),
    G.SIGNED_ALREADY: _fund("ILLEGAL_AGREEMENT", "协议不合法：该商户签约号已签约"),
    G.ENDED_ALREADY: _fund("AGREEMENT_HAS_UNSIGNED", "协议已解约"),
    G.NOT_NORMAL: _fund("USER_AGREEMENT_STATUS_NOT_NORMAL", "用户协议状态非正常"),
    G.OF_ANOTHER_PRODUCT: _fund("PRODUCT_CODE_NOT_SUPPORTED_ERROR", "产品码不支持"),
    G.DAY_WRONG: _fund("ILLEGAL_EXECUTION_TIME", "扣款时间不合法"),
}
"""Of agreements."""
SIGNING_PROBLEM_OF: dict[RefusalCode, Problem] = {
    **AGREEMENT_PROBLEM_OF,
    G.PLAN_WRONG: _acq("INVALID_PARAMETER", "参数无效：period_rule_params"),
}
"""Of those that are signed by paying a trade."""
DEDUCTION_PROBLEM_OF: dict[RefusalCode, Problem] = {
    G.NOT_FOUND: _acq("AGREEMENT_NOT_EXIST", "用户协议不存在"),
    G.AUTHOREE_WRONG: _acq("AGREEMENT_INVALID", "用户协议失效"),
    G.NOT_NORMAL: _acq("AGREEMENT_STATUS_NOT_NORMAL", "用户协议状态非NORMAL"),
    G.OF_ANOTHER_PRODUCT: _acq("AGREEMENT_INVALID", "用户协议失效"),
    G.NOT_DUE: _acq("CYCLE_PAY_DATE_NOT_MATCH", "扣款日期不在签约时的允许范围之内"),
    G.SINGLE_EXCEEDED: _acq("CYCLE_PAY_SINGLE_FEE_EXCEED", "周期扣款的单次金额超过签约时限制"),
    G.TOTAL_EXCEEDED: _acq("CYCLE_PAY_TOTAL_FEE_EXCEED", "周期扣款的总金额超过签约时限制"),
    G.TIMES_EXCEEDED: _acq("CYCLE_PAY_TOTAL_TIMES_EXCEED", "周期扣款的总次数超过签约时限制"),
}
"""Of paying a trade by one."""
RECEIVER_LIST_EMPTY = _fund("RECEIVER_LIST_EMPTY", "分账接收方列表为空")
RECEIVER_LIST_OVERLOAD = _fund("RECEIVER_LIST_OVERLOAD", "分账接收方列表超过限制")
RECEIVER_TYPE_INVALID = _fund("INVALID_RECEIVER_TYPE", "分账接收方类型不合法")
RELATION_PROBLEM_OF: dict[RefusalCode, Problem] = {
    RoyaltyRefusal.RECEIVER_NOT_FOUND: _fund("USER_NOT_EXIST", "分账接收方用户不存在"),
    RoyaltyRefusal.RECEIVER_NAME_WRONG: _fund("USERNAME_NOT_MATCH", "分账接收方姓名不匹配"),
    RoyaltyRefusal.TOO_MANY_RECEIVERS: _fund("RELATION_QUANTITY_LIMIT", "分账关系数量超过限制"),
}
ROYALTY_PROBLEM_OF: dict[RefusalCode, Problem] = {
    P.SELLER_BALANCE_NOT_ENOUGH: _acq("TXN_RESULT_ACCOUNT_BALANCE_NOT_ENOUGH", "分账方余额不足"),
    RoyaltyRefusal.RECEIVER_NOT_FOUND: _acq("ROYALTY_ACCOUNT_NOT_EXIST", "分账账户不存在"),
    RoyaltyRefusal.REQUEST_INCONSISTENT: _acq("DISCORDANT_REPEAT_REQUEST", "不一致的请求"),
    RoyaltyRefusal.FINISHED: _acq("ALREADY_FINISH_ALLOC", "该笔交易已完结分账"),
    RoyaltyRefusal.SAME_ACCOUNT: _acq("ROYALTY_ACCOUNTS_EQUAL", "分账收支账户相同"),
    RoyaltyRefusal.RECEIVER_NOT_BOUND: _acq("ROYALTY_RECEIVER_INVALID", "分账收入方不合法"),
    RoyaltyRefusal.AMOUNT: _acq("ALLOC_AMOUNT_VALIDATE_ERROR", "分账金额校验错误"),
}
"""Of splitting: the same refusal may have another name there."""
RETURN_PROBLEM_OF: dict[RefusalCode, Problem] = {
    RoyaltyRefusal.RETURN_EXCEEDS: _acq("ALLOC_AMOUNT_VALIDATE_ERROR", "退分账金额校验错误"),
    RoyaltyRefusal.RECEIVER_BALANCE_NOT_ENOUGH: _acq(
        "SELLER_BALANCE_NOT_ENOUGH", "分账收入方余额不足"
    ),
}
"""Of a refund that takes shares back."""


def problem_of(refused: Refused) -> Problem:
    """The platform's code of a refusal, where a method hasn't one of its own."""
    return PROBLEM_OF.get(refused.reason) or RELATION_PROBLEM_OF[refused.reason]
