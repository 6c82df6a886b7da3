"""What can be refused about automatic payments, in order of precedence."""

from farewave.kit.outcome import RefusalCode


class AgreementRefusal(RefusalCode):
    """What can be refused about automatic payments."""

    NOT_FOUND = (
        "payments.agreement_not_found",
        404,
        "没有找到这份协议。",
        "There is no such agreement.",
    )
    AUTHOREE_WRONG = (
        "payments.agreement_of_another",
        403,
        "这份协议属于其他商户。",
        "This agreement is another merchant's.",
    )
    OFFER_NOT_FOUND = (
        "payments.agreement_offer_not_found",
        404,
        "没有找到这份协议，请让商户重新发起签约。",
        "There is no such agreement to sign. Please ask the merchant for a new link.",
    )
    NOT_YOURS = (
        "payments.agreement_not_yours",
        403,
        "这份协议由其他人签约。",
        "This agreement was signed by somebody else.",
    )
    OFFER_OVER = (
        "payments.agreement_offer_over",
        409,
        "签约链接已过期，请让商户重新发起签约。",
        "The time to sign is over. Please ask the merchant for a new link.",
    )
    TERMS_CHANGED = (
        "payments.agreement_terms_changed",
        409,
        "商户刚刚修改了协议内容，请重新查看后再签约。",
        "The merchant has just changed the terms. Please read them again before you sign.",
    )
    PLAN_WRONG = (
        "payments.agreement_plan_wrong",
        422,
        "扣款计划无效。",
        "The payment plan isn't valid.",
    )
    SIGNED_ALREADY = (
        "payments.agreement_signed_already",
        409,
        "同一协议号已经签约。",
        "An agreement of this number is signed already.",
    )
    ENDED_ALREADY = (
        "payments.agreement_ended_already",
        409,
        "这份协议已经解约。",
        "This agreement has ended already.",
    )
    NOT_NORMAL = (
        "payments.agreement_not_normal",
        409,
        "这份协议已经失效。",
        "This agreement has ended.",
    )
    OF_ANOTHER_PRODUCT = ("payments.agreement_product", 409, "产品不符。", "Another product.")
    DAY_WRONG = (
        "payments.agreement_day_wrong",
        422,
        "扣款日期无效。",
        "The day of the payment isn't valid.",
    )
    NOT_DUE = (
        "payments.agreement_not_due",
        409,
        "未到约定的扣款日期。",
        "The next payment isn't due yet.",
    )
    SINGLE_EXCEEDED = (
        "payments.agreement_single_exceeded",
        409,
        "超过约定的单次扣款金额。",
        "That is more than was agreed for one payment.",
    )
    TOTAL_EXCEEDED = (
        "payments.agreement_total_exceeded",
        409,
        "超过约定的扣款总金额。",
        "That is more than was agreed for all payments.",
    )
    TIMES_EXCEEDED = (
        "payments.agreement_times_exceeded",
        409,
        "超过约定的扣款次数。",
        "All payments that were agreed have been made.",
    )
