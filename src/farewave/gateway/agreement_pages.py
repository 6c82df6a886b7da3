"""/api/v1/agreement-offers and /agreements: signing automatic payments, seeing and ending them."""

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field, SecretStr
from starlette.requests import Request
from starlette.responses import Response

from farewave.db.edge import answer, answer_read, language_of
from farewave.gateway.deps import GatewayDeps, gateway_of
from farewave.gateway.methods.agreements import SIGN_PATH
from farewave.gateway.returning import agreement_return
from farewave.kit.outcome import Language
from farewave.kit.qr import qr_svg
from farewave.payments import agreements
from farewave.payments.agreement import Agreement, AgreementStatus
from farewave.payments.agreement_schemas import Plan, end_out, plan_out
from farewave.payments.agreements import OfferView
from farewave.payments.model import Merchant
from farewave.people.session import CurrentActor

router = APIRouter(prefix="/api/v1", tags=["agreements"])
Token = Annotated[
    str, Path(max_length=64, examples=["0192f0c1d2e37003800012345678abcd0123456789abcdef"])
]
AgreementNo = Annotated[str, Path(max_length=64, examples=["2026070100009000000012345678"])]


class AgreementOffer(BaseModel):
    """An agreement to sign, for whoever has its link. `ended`: it was signed and is over."""

    merchant_name: str
    plan: Plan | None
    """None: whatever the merchant asks for, within the person's own limits."""
    valid_until: datetime | None
    status: Literal["waiting", "signed", "ended", "over"]
    qr_svg: str
    """Its link, to be scanned by a phone."""
    opens_until: datetime
    seen: str
    """The terms as shown; handed back by who signs."""
    return_to: str | None
    """The merchant's page, with what the platform signed; once it is signed."""


class SignBody(BaseModel):
    """The pay password signs the terms that were seen."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seen: Annotated[str, Field(max_length=64)]
    pay_password: Annotated[SecretStr, Field(max_length=16)]


class SignedAgreement(BaseModel):
    """What a person has agreed to."""

    agreement_no: str
    merchant_name: str
    plan: Plan | None
    next_on: date | None
    signed_at: datetime
    valid_until: datetime | None
    last_at: datetime | None
    payments: int
    paid_fen: int


@router.get(
    "/agreement-offers/{token}", response_model=AgreementOffer, operation_id="getAgreementOffer"
)
async def show_offer(request: Request, token: Token) -> Response:
    """What it says. Nobody has to be signed in: a desktop shows it to be scanned."""
    deps, language = gateway_of(request), language_of(request)
    return await answer_read(
        request,
        lambda tx: agreements.show(tx, token),
        lambda view: _offer_out(view, deps, language),
    )


@router.post(
    "/agreement-offers/{token}/sign", response_model=AgreementOffer, operation_id="signAgreement"
)
async def sign(request: Request, actor: CurrentActor, token: Token, body: SignBody) -> Response:
    """Sign it. Again by the same person is the same."""
    deps, language = gateway_of(request), language_of(request)
    return await answer(
        request,
        lambda tx: agreements.sign(
            tx, actor, token, seen=body.seen, pay_password=body.pay_password.get_secret_value()
        ),
        lambda view: _offer_out(view, deps, language),
    )


@router.get("/agreements", response_model=list[SignedAgreement], operation_id="listAgreements")
async def list_agreements(request: Request, actor: CurrentActor) -> Response:
    """What the person has agreed to and not ended, the newest first."""
    language = language_of(request)
    return await answer_read(
        request,
        lambda tx: agreements.own(tx, actor),
        lambda found: [_agreement_out(*each, language) for each in found],
    )


@router.delete("/agreements/{agreement_no}", status_code=204, operation_id="endAgreement")
async def end_agreement(
    request: Request, actor: CurrentActor, agreement_no: AgreementNo
) -> Response:
    """End one. The merchant can take nothing more; one that has ended already stays so."""
    return await answer(
        request,
        lambda tx: agreements.unsign_own(tx, actor, agreement_no),
        lambda _: None,
        status=204,
    )


def _offer_out(view: OfferView, deps: GatewayDeps, language: Language) -> AgreementOffer:
    offer, signed, back = view.offer, view.agreement, None
    status: Literal["waiting", "signed", "ended", "over"] = "waiting"
    if signed is not None:
        stands = signed.status(view.now) is AgreementStatus.NORMAL
        status = "signed" if stands else "ended"
        if stands and offer.return_url is not None:
            back = agreement_return(offer.return_url, signed, deps.platform_key, view.now)
    elif view.now >= offer.opens_until:
        status = "over"
    return AgreementOffer(
        merchant_name=view.merchant.wording.in_language(language),
        plan=plan_out(offer.terms),
        valid_until=end_out(offer.terms),
        status=status,
        qr_svg=qr_svg(f"{deps.platform.base_url}{SIGN_PATH}{offer.token}"),
        opens_until=offer.opens_until,
        seen=offer.seen,
        return_to=back,
    )


def _agreement_out(of: Agreement, merchant: Merchant, language: Language) -> SignedAgreement:
    return SignedAgreement(
        agreement_no=of.agreement_no,
        merchant_name=merchant.wording.in_language(language),
        plan=plan_out(of.terms),
        next_on=of.next_on,
        signed_at=of.signed_at,
        valid_until=end_out(of.terms),
        last_at=of.last_at,
        payments=of.payments,
        paid_fen=of.paid_fen,
    )
