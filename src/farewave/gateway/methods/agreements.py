"""alipay.user.agreement.…: automatic payments, signed by a person on the agreement's page."""

from dataclasses import dataclass
from datetime import date, datetime

from farewave.db import Tx
from farewave.gateway.methods.family import (
    AnyMethod,
    Caller,
    Content,
    Done,
    Method,
    PageMethod,
)
from farewave.gateway.methods.fields import ID_CHARS_MAX, Fields, invalid
from farewave.gateway.methods.refusals import AGREEMENT_PROBLEM_OF
from farewave.gateway.problems import INVALID_PARAMETER, Problem
from farewave.gateway.returning import agreement_clashes
from farewave.gateway.rules import is_http_address
from farewave.kit.clock import shanghai_day
from farewave.kit.outcome import Refused
from farewave.payments import agreements
from farewave.payments.agreement import (
    AgreementProduct,
    AgreementStatus,
    Cycle,
    CycleType,
    NewOffer,
    Terms,
    valid_until,
)
from farewave.payments.agreements import Which
from farewave.payments.notifications import agreement_fields

SIGN_PATH = "/sign/"
"""Where a browser goes on that was sent here to sign."""
_NO_FAMILY = ""
_LENGTH_MAX = 9999
_PAYMENTS_MAX = 9999
_DEFAULT_SCENE = "DEFAULT|DEFAULT"
_PRODUCTS = {product.personal: product for product in AgreementProduct}
_UNSUPPORTED = Problem("40004", "PRODUCT_CODE_NOT_SUPPORTED_ERROR", "产品码不支持")


@dataclass(frozen=True, slots=True)
class OfferAgreement:
    """What is offered; how long it holds is counted from the call."""

    product: AgreementProduct
    sign_scene: str
    external_agreement_no: str | None
    validity: str | None
    cycle: Cycle | None


def read_offer(content: Content) -> OfferAgreement | Problem:
    """As `offer_in` reads it."""
    return offer_in(Fields(content, _NO_FAMILY))


def offer_in(fields: Fields) -> OfferAgreement | Problem:
    """`product_code` may be left out: it follows from the person's side of it."""
    personal = fields.text("personal_product_code", ID_CHARS_MAX)
    product = _PRODUCTS.get(personal)
    code = fields.optional_text("product_code", ID_CHARS_MAX)
    scene = fields.optional_text("sign_scene", ID_CHARS_MAX)
    number = fields.optional_text("external_agreement_no", ID_CHARS_MAX)
    validity = fields.optional_text("sign_validity_period", ID_CHARS_MAX)
    cycle = _read_cycle(fields) if fields.has("period_rule_params") else None
    if fields.problem is not None:
        return fields.problem
    if isinstance(cycle, Problem):
        return cycle
    if product is None or code not in (None, product.value, "GENERAL_WITHHOLDING"):
        return _UNSUPPORTED
    return OfferAgreement(product, scene or _DEFAULT_SCENE, number, validity, cycle)


def _read_cycle(fields: Fields) -> Cycle | Problem:
    plan = fields.inner("period_rule_params")
    type_text = plan.text("period_type", ID_CHARS_MAX)
    length = plan.whole("period", _LENGTH_MAX)
    first_on = _day(plan.text("execute_time", ID_CHARS_MAX))
    single_fen = plan.amount_fen("single_amount")
    total_fen = plan.amount_fen("total_amount") if plan.has("total_amount") else None
    payments = plan.whole("total_payments", _PAYMENTS_MAX) if plan.has("total_payments") else None
    if plan.problem is not None:
        return plan.problem
    if type_text not in set(CycleType):
        return fields.invalid("period_type")
    if first_on is None:
        return fields.invalid("execute_time")
    return Cycle(CycleType(type_text), length, first_on, single_fen, total_fen, payments)


def _day(text: str) -> date | None:
    """`yyyy-MM-dd`, of years that every instant of has its UTC."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if text == day.isoformat() and 1970 <= day.year < 9999 else None


def terms_at(command: OfferAgreement, now: datetime) -> Terms | None:
    """What is offered now; None where `sign_validity_period` is malformed."""
    until = valid_until(command.validity, now)
    if until is None:
        return None
    return Terms(command.product, command.sign_scene, command.cycle, until)


async def offer(tx: Tx, caller: Caller, command: OfferAgreement) -> Done | Problem | Refused:
    """The agreement's page, and who may be returned to afterwards."""
    back = caller.return_url
    if back is not None and not is_http_address(back):
        return INVALID_PARAMETER.about("return_url")
    if back is not None and (clash := agreement_clashes(back)):
        return INVALID_PARAMETER.about(f"return_url, suspected-attack：{clash}")
    terms = terms_at(command, tx.now)
    if terms is None:
        return invalid("sign_validity_period", _NO_FAMILY)
    made = await agreements.offer(
        tx,
        NewOffer(
            merchant_id=caller.app.merchant_id,
            app_id=caller.app.app_id,
            agent_app_id=caller.agent_app_id,
            external_agreement_no=command.external_agreement_no,
            terms=terms,
            notify_url=caller.notify_url,
            return_url=back,
        ),
    )
    return _problem(made) if isinstance(made, Refused) else {"location": SIGN_PATH + made.token}


@dataclass(frozen=True, slots=True)
class NameAgreement:
    """One agreement, by the platform's number or by person and the merchant's number."""

    agreement_no: str | None
    user_no: str | None
    external_agreement_no: str | None

    def of(self, caller: Caller) -> Which:
        """Among the caller's own."""
        numbers = self.agreement_no, self.user_no, self.external_agreement_no
        return Which(caller.app.merchant_id, *numbers)


def read_name(content: Content) -> NameAgreement | Problem:
    """`agreement_no` wins."""
    fields = Fields(content, _NO_FAMILY)
    named = _name_in(fields)
    if fields.problem is None and named.agreement_no is None and not named.external_agreement_no:
        return invalid("agreement_no", _NO_FAMILY)
    return fields.problem or named


def _name_in(fields: Fields) -> NameAgreement:
    return NameAgreement(
        agreement_no=fields.optional_text("agreement_no", ID_CHARS_MAX),
        user_no=fields.optional_text("alipay_user_id", ID_CHARS_MAX),
        external_agreement_no=fields.optional_text("external_agreement_no", ID_CHARS_MAX),
    )


async def query(tx: Tx, caller: Caller, command: NameAgreement) -> Done | Problem | Refused:
    """How it stands."""
    found = await agreements.find(tx, command.of(caller))
    if isinstance(found, Refused):
        return _problem(found)
    status = found.status(tx.now)
    days: dict[str, object] = {}
    if found.next_on is not None and status is AgreementStatus.NORMAL:
        days["next_deduct_time"] = found.next_on.isoformat()
    if found.last_at is not None:
        days["last_deduct_time"] = shanghai_day(found.last_at).isoformat()
    told = agreement_fields(found)
    return {
        **told,
        "status": status.value,
        "principal_type": "CARD",
        "principal_id": found.user_no,
        "thirdpart_type": "PARTNER",
        **days,
    }


async def unsign(tx: Tx, caller: Caller, command: NameAgreement) -> Done | Problem | Refused:
    """End it; nothing more than that it is done."""
    ended = await agreements.unsign(tx, command.of(caller))
    return _problem(ended) if isinstance(ended, Refused) else {}


@dataclass(frozen=True, slots=True)
class MovePlan:
    """When the next payment is due instead."""

    agreement_no: str
    to: date


def read_move(content: Content) -> MovePlan | Problem:
    """`memo` is for the merchant's own eyes."""
    fields = Fields(content, _NO_FAMILY)
    agreement_no = fields.text("agreement_no", ID_CHARS_MAX)
    to = _day(fields.text("deduct_time", ID_CHARS_MAX))
    fields.optional_text("memo", ID_CHARS_MAX)
    if fields.problem is not None:
        return fields.problem
    return invalid("deduct_time", _NO_FAMILY) if to is None else MovePlan(agreement_no, to)


async def move(tx: Tx, caller: Caller, command: MovePlan) -> Done | Problem | Refused:
    """The agreement's number, and the day that counts from now on."""
    which = Which(caller.app.merchant_id, command.agreement_no, None, None)
    changed = await agreements.move_plan(tx, which, command.to)
    if isinstance(changed, Refused):
        return _problem(changed)
    return {"agreement_no": changed.agreement_no, "deduct_time": command.to.isoformat()}


def _problem(refused: Refused) -> Problem | Refused:
    return AGREEMENT_PROBLEM_OF.get(refused.reason, refused)


METHODS: tuple[AnyMethod, ...] = (
    PageMethod("alipay.user.agreement.page.sign", read_offer, offer),
    Method("alipay.user.agreement.query", read_name, query),
    Method("alipay.user.agreement.unsign", read_name, unsign),
    Method("alipay.user.agreement.executionplan.modify", read_move, move),
)
