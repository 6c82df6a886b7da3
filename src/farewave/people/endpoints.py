"""/api/v1/people: codes, signing up and in and out, the signed-in person."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from farewave.db.edge import answer, answer_read, language_of, refusal_response
from farewave.db.transaction import ReadTx, Tx
from farewave.kit.ids import parse_id
from farewave.kit.outcome import Refused
from farewave.people import model, schemas, service
from farewave.people.deps import PeopleDeps, people_of
from farewave.people.errors import PeopleRefusal
from farewave.people.model import PhoneNumber
from farewave.people.rules import device_label
from farewave.people.schemas import Person, person_out
from farewave.people.service import SignedIn
from farewave.people.session import COOKIE, CurrentActor, token_of

__all__ = ["PeopleDeps", "Person", "present_person", "router"]

router = APIRouter(prefix="/api/v1/people", tags=["people"])

# Browsers keep a cookie for 400 days at most (RFC 6265bis); the thirty days since the last use are
# judged by the session's row, so that no answer has to set the cookie anew.
_COOKIE_LASTS = timedelta(days=400)


def present_person(request: Request, person: model.Person) -> Person:
    """`person` in the form that only the signed-in person may see."""
    return person_out(person, people_of(request).sealer)


@router.post(
    "/sms-codes", status_code=201, response_model=schemas.SmsCode, operation_id="sendSmsCode"
)
async def send_sms_code(request: Request, body: schemas.SmsCodeBody) -> Response:
    """Send a code to a phone. The answer is the same for numbers with and without an account."""
    deps = people_of(request)
    phone = PhoneNumber.parse(body.phone)
    if phone is None:
        return _phone_invalid(request)
    language = language_of(request)
    return await answer(
        request,
        lambda tx: service.send_code(tx, deps.sealer, phone, body.purpose, language),
        lambda sent: schemas.SmsCode(
            expires_at=sent.expires_at,
            resend_at=sent.resend_at,
            sandbox_code=sent.code if deps.sandbox else None,
        ),
        status=201,
    )


@router.post("/sign-up", status_code=201, response_model=Person, operation_id="signUp")
async def sign_up(request: Request, body: schemas.SignUpBody) -> Response:
    """Open an account and sign in."""
    deps = people_of(request)
    return await _enter(
        request,
        body.phone,
        lambda tx, phone, device: service.sign_up(
            tx,
            deps.sealer,
            deps.hashing,
            phone=phone,
            code=body.code,
            password=body.password.get_secret_value(),
            device=device,
        ),
        status=201,
    )


@router.post("/sign-in", response_model=Person, operation_id="signIn")
async def sign_in(request: Request, body: schemas.SignInBody) -> Response:
    """Sign in by password."""
    deps = people_of(request)
    return await _enter(
        request,
        body.phone,
        lambda tx, phone, device: service.sign_in(
            tx,
            deps.sealer,
            deps.hashing,
            phone=phone,
            password=body.password.get_secret_value(),
            device=device,
        ),
    )


@router.post("/sign-in-by-code", response_model=Person, operation_id="signInByCode")
async def sign_in_by_code(request: Request, body: schemas.SignInByCodeBody) -> Response:
    """Sign in by SMS code."""
    deps = people_of(request)
    return await _enter(
        request,
        body.phone,
        lambda tx, phone, device: service.sign_in_by_code(
            tx, deps.sealer, phone=phone, code=body.code, device=device
        ),
    )


@router.post("/reset-password", response_model=Person, operation_id="resetPassword")
async def reset_password(request: Request, body: schemas.ResetPasswordBody) -> Response:
    """Set a new login password by SMS code; ends every other session."""
    deps = people_of(request)
    return await _enter(
        request,
        body.phone,
        lambda tx, phone, device: service.reset_password(
            tx,
            deps.sealer,
            deps.hashing,
            phone=phone,
            code=body.code,
            password=body.password.get_secret_value(),
            device=device,
        ),
    )


@router.post("/sign-out", status_code=204, operation_id="signOut")
async def sign_out(request: Request) -> Response:
    """End the session. Signed out already is signed out."""
    token = token_of(request)

    async def work(tx: Tx) -> None:
        if token is not None:
            await service.sign_out(tx, token)

    gone = _set_cookie(request, "", timedelta(0))
    return await answer(request, work, lambda _: None, status=204, headers=gone)


@router.get("/me", response_model=Person, operation_id="getMe")
async def me(request: Request, actor: CurrentActor) -> Response:
    """The signed-in person."""

    async def work(tx: ReadTx) -> model.Person:
        return await service.person(tx, actor.shard, actor.person_id)

    return await answer_read(request, work, lambda person: present_person(request, person))


@router.put("/me/pay-password", response_model=Person, operation_id="setPayPassword")
async def set_pay_password(
    request: Request, body: schemas.PayPasswordBody, actor: CurrentActor
) -> Response:
    """Set or change the pay password; the login password proves the person."""
    deps = people_of(request)
    return await answer(
        request,
        lambda tx: service.set_pay_password(
            tx,
            deps.sealer,
            deps.hashing,
            actor,
            pay_password=body.pay_password.get_secret_value(),
            password=body.password.get_secret_value(),
        ),
        lambda person: present_person(request, person),
    )


@router.put("/me/real-name", response_model=Person, operation_id="setRealName")
async def set_real_name(
    request: Request, body: schemas.RealNameBody, actor: CurrentActor
) -> Response:
    """Set the real name, once."""
    deps = people_of(request)
    return await answer(
        request,
        lambda tx: service.set_real_name(
            tx, deps.sealer, actor, name=body.name, identity_number=body.identity_number
        ),
        lambda person: present_person(request, person),
    )


@router.get("/me/devices", response_model=list[schemas.Device], operation_id="listDevices")
async def list_devices(request: Request, actor: CurrentActor) -> Response:
    """Where the person is signed in, the device last used first."""
    return await answer_read(
        request,
        lambda tx: service.devices(tx, actor),
        lambda devices: [schemas.device_out(device, actor) for device in devices],
    )


@router.delete("/me/devices/{device_id}", status_code=204, operation_id="signOutDevice")
async def sign_out_device(
    request: Request, device_id: Annotated[str, Path(max_length=40)], actor: CurrentActor
) -> Response:
    """Sign one of the person's devices out. One that is signed out already stays so."""
    session_id = parse_id(schemas.DEVICE_PREFIX, device_id)
    if session_id is None:
        return refusal_response(Refused(PeopleRefusal.DEVICE_UNKNOWN), language_of(request))
    return await answer(
        request,
        lambda tx: service.sign_out_device(tx, actor, session_id),
        lambda _: None,
        status=204,
    )


@router.post("/me/devices/sign-out-others", status_code=204, operation_id="signOutOthers")
async def sign_out_others(request: Request, actor: CurrentActor) -> Response:
    """Sign every device out but the one that asks."""
    return await answer(
        request, lambda tx: service.sign_out_others(tx, actor), lambda _: None, status=204
    )


async def _enter(
    request: Request,
    phone_text: str,
    work: Callable[[Tx, PhoneNumber, str], Awaitable[SignedIn | Refused]],
    *,
    status: int = 200,
) -> Response:
    """What all ways in share: the phone number, the device, the cookie."""
    phone = PhoneNumber.parse(phone_text)
    if phone is None:
        return _phone_invalid(request)
    device = device_label(request.headers.get("user-agent", ""))
    return await answer(
        request,
        lambda tx: work(tx, phone, device),
        lambda entered: present_person(request, entered.person),
        status=status,
        headers=lambda entered: _set_cookie(request, entered.token.text, _COOKIE_LASTS),
    )


def _phone_invalid(request: Request) -> Response:
    return refusal_response(Refused(PeopleRefusal.PHONE_INVALID), language_of(request))


def _set_cookie(request: Request, value: str, lasts: timedelta) -> Mapping[str, str]:
    """The header that has the browser keep `value` for `lasts`, out of reach of scripts."""
    asked = people_of(request).cookie_secure
    secure = request.url.scheme == "https" if asked is None else asked
    parts = [
        f"{COOKIE}={value}",
        f"Max-Age={int(lasts.total_seconds())}",
        "Path=/",
        "HttpOnly",
        "SameSite=Lax",
        *(["Secure"] if secure else []),
    ]
    return {"set-cookie": "; ".join(parts)}
