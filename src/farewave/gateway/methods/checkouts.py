"""alipay.trade.precreate, .page.pay, .wap.pay and .app.pay: a cashier for whoever opens it.

The trade is made when a person has signed in and opened it; until then a query finds none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from farewave.db import Tx
from farewave.gateway.methods.agreements import OfferAgreement, offer_in, terms_at
from farewave.gateway.methods.family import (
    AnyMethod,
    Caller,
    Content,
    Done,
    Method,
    PageMethod,
)
from farewave.gateway.methods.fields import ID_CHARS_MAX, Fields, Timeout, invalid
from farewave.gateway.methods.refusals import SELLER_NOT_EXIST, SIGNING_PROBLEM_OF
from farewave.gateway.methods.trades import (
    BODY_CHARS_MAX,
    PASSBACK_CHARS_MAX,
    SUBJECT_CHARS_MAX,
    is_own_seller,
    place_in,
)
from farewave.gateway.problems import INVALID_PARAMETER, Problem
from farewave.gateway.returning import clashes
from farewave.gateway.rules import ADDRESS_CHARS_MAX, is_http_address
from farewave.kit.outcome import Refused
from farewave.payments import checkouts
from farewave.payments.agreement import NewOffer
from farewave.payments.checkout import (
    OPENS_FOR,
    OPENS_FOR_MAX,
    Checkout,
    NewCheckout,
    Product,
)
from farewave.payments.model import Place

PAY_PATH = "/pay/"
"""Where a browser goes on that was sent here by a merchant's page."""
SCAN_PATH = "/q/"
"""What a QR code leads to: the same, but it doesn't go back to the merchant's page afterwards."""
_PRODUCT_CODES = {
    Product.PRECREATE: ("FACE_TO_FACE_PAYMENT", "QR_CODE_OFFLINE"),
    Product.PAGE: ("FAST_INSTANT_TRADE_PAY",),
    Product.WAP: ("QUICK_WAP_WAY", "QUICK_WAP_PAY"),
    Product.APP: ("QUICK_MSECURITY_PAY",),
}


@dataclass(frozen=True, slots=True)
class SignByPaying:
    """What is signed by paying. `notify_url` None: its news go where the trade's go."""

    offer: OfferAgreement
    notify_url: str | None


@dataclass(frozen=True, slots=True)
class OfferCheckout:
    """What is offered. `seller_id`, when given, must be the caller's own."""

    product: Product
    out_trade_no: str
    subject: str
    amount_fen: int
    seller_id: str | None
    expires_at: datetime | None
    timeout: Timeout | None
    opens_for: Timeout | None
    quit_url: str | None
    signs: SignByPaying | None
    body: str | None
    passback_params: str | None
    place: Place


def _signs_in(fields: Fields) -> SignByPaying | Problem | None:
    """`agreement_sign_params`, as `agreement.page.sign` takes them; None: nothing is signed."""
    if not fields.has("agreement_sign_params"):
        return None
    params = fields.inner("agreement_sign_params")
    offer, notify_url = offer_in(params), params.optional_text("sign_notify_url", ADDRESS_CHARS_MAX)
    if fields.problem is not None:
        return fields.problem
    if isinstance(offer, Problem):
        return offer
    if params.problem is not None:
        return params.problem
    if notify_url is not None and not is_http_address(notify_url):
        return invalid("sign_notify_url")
    return SignByPaying(offer, notify_url)


def reader(product: Product) -> Callable[[Content], OfferCheckout | Problem]:
    """Reads what one product's method takes; `time_expire` wins over `timeout_express`."""

    def read(content: Content) -> OfferCheckout | Problem:
        fields = Fields(content)
        signs = _signs_in(fields)
        if isinstance(signs, Problem):
            return signs
        product_code = fields.optional_text("product_code", ID_CHARS_MAX)
        command = OfferCheckout(
            product=product,
            out_trade_no=fields.text("out_trade_no", ID_CHARS_MAX),
            subject=fields.text("subject", SUBJECT_CHARS_MAX),
            amount_fen=fields.amount_fen("total_amount"),
            seller_id=fields.optional_text("seller_id", ID_CHARS_MAX),
            expires_at=fields.instant("time_expire"),
            timeout=fields.timeout("timeout_express"),
            opens_for=fields.timeout("qr_code_timeout_express"),
            quit_url=fields.optional_text("quit_url", ADDRESS_CHARS_MAX),
            signs=signs,
            body=fields.optional_text("body", BODY_CHARS_MAX),
            passback_params=fields.optional_text("passback_params", PASSBACK_CHARS_MAX),
            place=place_in(fields),
        )
        # Who has something signed may name the trade's product by what is signed.
        also = () if signs is None else (signs.offer.product.value,)
        if fields.problem is None and product_code not in (None, *_PRODUCT_CODES[product], *also):
            return invalid("product_code")
        if command.quit_url is not None and not is_http_address(command.quit_url):
            return fields.problem or invalid("quit_url")
        return fields.problem or command

    return read


async def _offer(tx: Tx, caller: Caller, command: OfferCheckout) -> Checkout | Problem | Refused:
    if not await is_own_seller(tx, caller, command.seller_id):
        return SELLER_NOT_EXIST
    signs = None
    if command.signs is not None:
        terms = terms_at(command.signs.offer, tx.now)
        if terms is None:
            return invalid("sign_validity_period")
        signs = NewOffer(
            merchant_id=caller.app.merchant_id,
            app_id=caller.app.app_id,
            agent_app_id=caller.agent_app_id,
            external_agreement_no=command.signs.offer.external_agreement_no,
            terms=terms,
            notify_url=command.signs.notify_url or caller.notify_url,
            return_url=None,
        )
    made = await checkouts.offer(tx, _new(caller, command, signs, tx.now))
    # What can't be signed is told before anything is written.
    return SIGNING_PROBLEM_OF.get(made.reason, made) if isinstance(made, Refused) else made


def _new(
    caller: Caller, command: OfferCheckout, signs: NewOffer | None, now: datetime
) -> NewCheckout:
    """With the product's own way to count `timeout_express`.

    On a desktop's page it counts from showing it, elsewhere from when the trade is made.
    """
    expires_at, within = command.expires_at, None
    if expires_at is None and command.timeout is not None:
        within = command.timeout.span
        if within is None or command.product is Product.PAGE:
            expires_at, within = command.timeout.ends_at(now), None
    opens_for = OPENS_FOR if command.product is Product.PRECREATE else OPENS_FOR_MAX
    if command.opens_for is not None:
        opens_for = command.opens_for.ends_at(now) - now
    return NewCheckout(
        merchant_id=caller.app.merchant_id,
        app_id=caller.app.app_id,
        agent_app_id=caller.agent_app_id,
        out_trade_no=command.out_trade_no,
        subject=command.subject,
        amount_fen=command.amount_fen,
        product=command.product,
        expires_at=expires_at,
        pay_within=within,
        opens_for=max(opens_for, timedelta()),
        notify_url=caller.notify_url,
        # A code is scanned away from any browser of the merchant's: nobody goes back.
        return_url=None if command.product is Product.PRECREATE else caller.return_url,
        quit_url=command.quit_url,
        body=command.body,
        passback_params=command.passback_params,
        place=command.place,
        signs=signs,
    )


async def precreate(tx: Tx, caller: Caller, command: OfferCheckout) -> Done | Problem | Refused:
    """A QR code for a person to scan."""
    made = await _offer(tx, caller, command)
    if not isinstance(made, Checkout):
        return made
    link = f"{caller.platform.base_url}{SCAN_PATH}{made.token}"
    return {"out_trade_no": made.out_trade_no, "qr_code": link}


async def page(tx: Tx, caller: Caller, command: OfferCheckout) -> Done | Problem | Refused:
    """The cashier's page, and who may be returned to afterwards."""
    wrong = wrong_return(caller)
    if wrong is not None:
        return wrong
    made = await _offer(tx, caller, command)
    return {"location": PAY_PATH + made.token} if isinstance(made, Checkout) else made


def wrong_return(caller: Caller) -> Problem | None:
    """Why nobody can be led back to the caller's `return_url` from the cashier."""
    back = caller.return_url
    if back is not None and not is_http_address(back):
        return INVALID_PARAMETER.about("return_url")
    if back is not None and (clash := clashes(back)):
        # Two parameters of one name: whoever reads the other one reads what nobody signed.
        return INVALID_PARAMETER.about(f"return_url, suspected-attack：{clash}")
    return None


METHODS: tuple[AnyMethod, ...] = (
    Method("alipay.trade.precreate", reader(Product.PRECREATE), precreate),
    PageMethod("alipay.trade.page.pay", reader(Product.PAGE), page),
    PageMethod("alipay.trade.wap.pay", reader(Product.WAP), page),
    PageMethod("alipay.trade.app.pay", reader(Product.APP), page),
)
