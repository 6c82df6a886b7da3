"""Back from the cashier to the merchant: an address signed so that it can be believed. Pure.

A page's buyer comes back with the platform's parameters beside those that `return_url` has already,
all of them signed. An app's order comes back as the mobile SDKs hand it over: `resultStatus`, and a
signed node in `result`.
"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from cryptography.hazmat.primitives.asymmetric import rsa

from farewave.gateway.envelope import answer_octets, node_name
from farewave.gateway.signing import sign, signed_octets
from farewave.kit.clock import shanghai_text
from farewave.kit.money import yuan_text
from farewave.payments.agreement import Agreement
from farewave.payments.checkout import Product
from farewave.payments.checkouts import CheckoutView
from farewave.payments.model import Trade
from farewave.payments.notifications import agreement_fields

_RETURNED = (
    *("charset", "out_trade_no", "method", "total_amount", "trade_no", "auth_app_id", "version"),
    *("app_id", "sign_type", "seller_id", "timestamp", "sign"),
)
_AGREEMENT_RETURNED = frozenset(
    {
        *(
            "charset",
            "method",
            "auth_app_id",
            "version",
            "app_id",
            "sign_type",
            "timestamp",
            "sign",
        ),
        *("status", "agreement_no", "external_agreement_no", "personal_product_code"),
        *("sign_scene", "alipay_user_id", "alipay_logon_id", "sign_time", "valid_time"),
        "invalid_time",
    }
)
_FROM_AN_APP = ("resultStatus", "result", "memo")
_METHOD = {
    Product.PAGE: "alipay.trade.page.pay.return",
    Product.WAP: "alipay.trade.wap.pay.return",
}
_APP_METHOD = "alipay.trade.app.pay"
_FREEZE_METHOD = "alipay.fund.auth.order.app.freeze"
_WITHOUT = frozenset({b"sign", b"sign_type"})


@dataclass(frozen=True, slots=True)
class Ways:
    """Where a buyer goes from the cashier: after paying, and without."""

    paid: str | None
    quit: str | None


def clashes(return_url: str) -> str | None:
    """A parameter of `return_url` that the platform's own would be mistaken for."""
    given = parse_qsl(urlsplit(return_url).query, keep_blank_values=True)
    return next((name for name, _ in given if name in (*_RETURNED, *_FROM_AN_APP)), None)


def agreement_clashes(return_url: str) -> str | None:
    """As `clashes`, for the way back from signing an agreement."""
    given = parse_qsl(urlsplit(return_url).query, keep_blank_values=True)
    return next((name for name, _ in given if name in _AGREEMENT_RETURNED), None)


def agreement_return(back: str, signed: Agreement, key: rsa.RSAPrivateKey, now: datetime) -> str:
    """Where the person goes once an agreement is signed, its parameters signed with the others."""
    params = {
        "charset": "utf-8",
        "method": "alipay.user.agreement.page.sign.return",
        "auth_app_id": signed.app_id,
        "version": "1.0",
        "app_id": signed.agent_app_id or signed.app_id,
        "sign_type": "RSA2",
        "timestamp": shanghai_text(now),
        "status": signed.status(now).value,
        **agreement_fields(signed),
    }
    return _signed_into(back, params, key)


def ways(view: CheckoutView, key: rsa.RSAPrivateKey) -> Ways:
    """Where its buyer goes from a checkout; before money moved or was frozen: nowhere signed."""
    checkout, trade, now = view.checkout, view.trade, view.now
    back, product = checkout.return_url, checkout.product
    paid = trade if trade is not None and trade.was_paid else None
    if product in (Product.APP, Product.AUTH) and back is not None:
        left = _with(back, {"resultStatus": "6001", "result": "", "memo": "用户中途取消"})
        if product is Product.AUTH:
            return Ways(_freeze_result(back, view, key), left)
        return Ways(_app_result(back, paid, key, now) if paid else None, left)
    if product in _METHOD and back is not None and paid is not None:
        return Ways(_page_return(back, product, paid, key, now), checkout.quit_url)
    return Ways(None, checkout.quit_url)


def _page_return(
    back: str, product: Product, trade: Trade, key: rsa.RSAPrivateKey, now: datetime
) -> str:
    params = {
        "charset": "utf-8",
        "out_trade_no": trade.out_trade_no,
        "method": _METHOD[product],
        "total_amount": yuan_text(trade.amount_fen),
        "trade_no": trade.trade_no,
        "auth_app_id": trade.app_id,
        "version": "1.0",
        "app_id": trade.agent_app_id or trade.app_id,
        "sign_type": "RSA2",
        "seller_id": trade.seller_id,
        "timestamp": shanghai_text(now),
    }
    return _signed_into(back, params, key)


def _signed_into(back: str, params: dict[str, str], key: rsa.RSAPrivateKey) -> str:
    given = parse_qsl(urlsplit(back).query, keep_blank_values=True)
    whole = {name.encode(): value.encode() for name, value in (*given, *params.items())}
    return _with(
        back, {**params, "sign": sign(signed_octets(whole, without=_WITHOUT), key, "RSA2")}
    )


def _app_result(back: str, trade: Trade, key: rsa.RSAPrivateKey, now: datetime) -> str:
    content: dict[str, object] = {
        "app_id": trade.agent_app_id or trade.app_id,
        "auth_app_id": trade.app_id,
        "charset": "utf-8",
        "timestamp": shanghai_text(now),
        "out_trade_no": trade.out_trade_no,
        "total_amount": yuan_text(trade.amount_fen),
        "trade_no": trade.trade_no,
        "seller_id": trade.seller_id,
    }
    return _signed_result(back, _APP_METHOD, content, key)


def _freeze_result(back: str, view: CheckoutView, key: rsa.RSAPrivateKey) -> str | None:
    of, first = view.authorization, view.freezing
    if of is None or first is None:
        return None
    content: dict[str, object] = {
        "auth_no": of.auth_no,
        "out_order_no": of.out_order_no,
        "operation_id": first.operation_id,
        "out_request_no": first.out_request_no,
        "amount": yuan_text(first.amount_fen),
        "status": "SUCCESS",
        "gmt_trans": shanghai_text(first.at),
        "payer_user_id": of.payer_user_no,
    }
    return _signed_result(back, _FREEZE_METHOD, content, key)


def _signed_result(
    back: str, method: str, content: dict[str, object], key: rsa.RSAPrivateKey
) -> str:
    node = {"code": "10000", "msg": "Success", **content}
    signed = answer_octets(
        node_name(method), node, charset="utf-8", key=key, sign_type="RSA2"
    ).decode()
    result = signed[:-1] + ',"sign_type":"RSA2"}'
    return _with(back, {"resultStatus": "9000", "result": result, "memo": ""})


def _with(address: str, params: dict[str, str]) -> str:
    parts = urlsplit(address)
    query = "&".join(filter(None, (parts.query, urlencode(params))))
    return urlunsplit(parts._replace(query=query))
