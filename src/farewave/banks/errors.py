"""What banks can be refused, in order of precedence; the last ones are a bank's own answers."""

from typing import Self

from farewave.kit.outcome import RefusalCode


class BanksRefusal(RefusalCode):
    """`NAME = code, http_status, zh, en`. An adapter translates its bank's codes into these."""

    BANK_UNKNOWN = ("banks.bank_unknown", 404, "没有这家银行。", "There is no such bank.")
    BINDING_UNKNOWN = (
        "banks.binding_unknown",
        404,
        "没有找到这次绑卡，请重新开始。",
        "There is no such card binding. Please start again.",
    )
    CARD_UNKNOWN = (
        "banks.card_unknown",
        404,
        "没有找到这张银行卡。",
        "You have no such bank card.",
    )
    REAL_NAME_NEEDED = (
        "banks.real_name_needed",
        403,
        "请先完成实名认证，只能绑定本人的银行卡。",
        "Set your real name first: only a card in your own name can be bound.",
    )
    CARD_NUMBER_INVALID = (
        "banks.card_number_invalid",
        422,
        "银行卡号有误，请核对。",
        "This is not a valid card number. Please check it.",
    )
    BANK_UNSUPPORTED = (
        "banks.bank_unsupported",
        422,
        "暂不支持这张卡的发卡银行。",
        "Cards of this bank can't be used here.",
    )
    CARD_BOUND_ALREADY = (
        "banks.card_bound_already",
        409,
        "您已绑定过这张银行卡。",
        "You have bound this card already.",
    )
    CARDS_TOO_MANY = (
        "banks.cards_too_many",
        409,
        "最多可绑定 {max} 张银行卡。",
        "At most {max} cards can be bound.",
    )
    BINDINGS_TOO_MANY = (
        "banks.bindings_too_many",
        429,
        "今天绑卡的次数已达上限，请明天再试。",
        "That was too many attempts to bind a card for today. Try again tomorrow.",
    )
    CODE_FORM = (
        "banks.code_form",
        422,
        "请输入银行发送的 6 位验证码。",
        "Enter the six digits that the bank sent.",
    )
    BINDING_EXPIRED = (
        "banks.binding_expired",
        410,
        "验证码已失效，请重新绑卡。",
        "The code is no longer valid. Please start again.",
    )
    BINDING_DEAD = (
        "banks.binding_dead",
        410,
        "验证码输错次数过多，请重新绑卡。",
        "Too many wrong codes. Please start again.",
    )
    CODE_WRONG = (
        "banks.code_wrong",
        403,
        "验证码不正确，还可以再试 {tries_left} 次。",
        "The code is wrong. Tries left: {tries_left}.",
    )
    CARD_BUSY = (
        "banks.card_busy",
        409,
        "这张卡还有款项在等银行答复，请稍后再解绑。",
        "The bank hasn't answered about money of this card yet. Please unbind it a little later.",
    )
    ACCOUNTS_TOO_MANY = (
        "banks.accounts_too_many",
        409,
        "演示银行最多为您开立 {max} 个账户。",
        "The demonstration bank opens at most {max} accounts for you.",
    )
    HOLDER_MISMATCH = (
        "banks.holder_mismatch",
        403,
        "银行核对未通过：卡号、姓名、身份证号与预留手机号不一致。",
        "The bank doesn't know this card under your name, identity number and this phone.",
    )
    AGREEMENT_ENDED = (
        "banks.agreement_ended",
        403,
        "这张卡的快捷支付协议已失效，请重新绑卡。",
        "The bank no longer lets this card be used here. Please bind it again.",
    )
    INSUFFICIENT_FUNDS = (
        "banks.insufficient_funds",
        403,
        "银行卡余额不足。",
        "There is not enough money on the card.",
    )
    BANK_REFUSED = (
        "banks.bank_refused",
        403,
        "银行拒绝了这笔交易，没有扣款。",
        "The bank refused. No money was taken.",
    )
    BANK_SILENT = (
        "banks.bank_silent",
        424,
        "银行暂时没有答复，请稍后再试。",
        "The bank isn't answering now. Please try again a little later.",
    )

    @classmethod
    def of_code(cls, code: str) -> Self:
        """The refusal with this public code. Raises KeyError for an unknown one."""
        for refusal in cls:
            if refusal.code == code:
                return refusal
        raise KeyError(code)
