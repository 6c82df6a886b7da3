"""Into the console and out of it, and what one gets in by."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from farewave.console import passkeys, schemas, service
from farewave.console.deps import console_of
from farewave.console.errors import ConsoleRefusal
from farewave.console.model import PASSKEY_PREFIX, Entered
from farewave.console.passkeys import Site
from farewave.console.session import Anybody, cookie, optional_actor, token_of
from farewave.db import ReadTx, Tx
from farewave.db.edge import EdgeRefusal, answer, answer_read
from farewave.kit.ids import parse_id
from farewave.kit.outcome import Refused

router = APIRouter()
_COOKIE_LASTS = timedelta(days=1)
"""Longer than any session: how long one lasts is judged by its row."""
PasskeyId = Annotated[str, Path(max_length=40, examples=["pk_01jdzw2k7rfx8s9t0v1w2x3y4z"])]


@router.get("/session", response_model=schemas.ConsoleSession, operation_id="getConsoleSession")
async def get_session(request: Request) -> Response:
    """Who is signed in to the console; nobody is an answer, too."""
    actor = await optional_actor(request)
    has_passkeys = console_of(request).has_passkeys

    async def work(tx: ReadTx) -> schemas.ConsoleSession:
        whole = await service.whole(tx, actor) if actor else None
        return schemas.ConsoleSession(
            now=tx.now,
            passkeys_possible=has_passkeys,
            account=schemas.account_out(whole) if whole else None,
        )

    return await answer_read(request, work, lambda session: session)


@router.post("/enter", response_model=schemas.ConsoleEntered, operation_id="enterConsole")
async def enter(request: Request, body: schemas.LinkBody) -> Response:
    """Use a one-time link up: it is good once."""
    return await _entering(
        request, lambda tx: service.enter_by_link(tx, body.token.get_secret_value())
    )


@router.post("/sign-in", response_model=schemas.ConsoleEntered, operation_id="signInToConsole")
async def sign_in(request: Request, body: schemas.CodeSignInBody) -> Response:
    """By a code of an authenticator app. Each code opens once; wrong ones are counted."""
    sealer = console_of(request).site.sealer
    return await _entering(
        request,
        lambda tx: service.enter_by_code(tx, sealer, body.account, body.code.get_secret_value()),
    )


@router.post(
    "/passkey-challenges", response_model=schemas.PasskeyOptions, operation_id="askForPasskey"
)
async def ask_for_passkey(request: Request) -> Response:
    """What `navigator.credentials.get` is asked: good for five minutes."""
    site = _site(request)

    async def work(tx: ReadTx) -> schemas.PasskeyOptions:
        return schemas.PasskeyOptions(options=passkeys.sign_in_options(site, tx.now, tx.chance))

    return await answer_read(request, work, lambda made: made)


@router.post(
    "/sign-in-by-passkey",
    response_model=schemas.ConsoleEntered,
    operation_id="signInToConsoleByPasskey",
)
async def sign_in_by_passkey(request: Request, body: schemas.PasskeyBody) -> Response:
    """By what `navigator.credentials.get` gave. It answers its challenge once."""
    site = _site(request)
    return await _entering(request, lambda tx: passkeys.enter_by_passkey(tx, site, body.credential))


@router.post("/sign-out", status_code=204, operation_id="signOutOfConsole")
async def sign_out(request: Request) -> Response:
    """End the session. Signed out already is signed out."""
    token = token_of(request)

    async def work(tx: Tx) -> None:
        if token is not None:
            await service.sign_out(tx, token)

    gone = cookie(request, "", timedelta(0))
    return await answer(request, work, lambda _: None, status=204, headers=gone)


@router.post("/passkey-options", response_model=schemas.PasskeyOptions, operation_id="offerPasskey")
async def offer_passkey(request: Request, actor: Anybody) -> Response:
    """What `navigator.credentials.create` is asked: good for five minutes."""
    site = _site(request)

    async def work(tx: ReadTx) -> schemas.PasskeyOptions:
        options = await passkeys.registration_options(tx, actor, site)
        return schemas.PasskeyOptions(options=options)

    return await answer_read(request, work, lambda made: made)


@router.post(
    "/passkeys",
    status_code=201,
    response_model=schemas.ConsoleAccount,
    operation_id="addPasskey",
)
async def add_passkey(request: Request, actor: Anybody, body: schemas.NewPasskeyBody) -> Response:
    """Keep what `navigator.credentials.create` made, as another way in."""
    site = _site(request)
    return await answer(
        request,
        lambda tx: passkeys.register(tx, actor, site, body.label, body.credential),
        schemas.account_out,
        status=201,
    )


@router.delete(
    "/passkeys/{passkey_id}",
    response_model=schemas.ConsoleAccount,
    operation_id="forgetPasskey",
)
async def forget_passkey(request: Request, actor: Anybody, passkey_id: PasskeyId) -> Response:
    """Take a passkey away, and end other sessions; one that isn't there is away already."""
    parsed = parse_id(PASSKEY_PREFIX, passkey_id)
    token = token_of(request)

    async def work(tx: Tx) -> service.Whole:
        if parsed is None:
            return await service.whole(tx, actor)
        return await passkeys.forget(tx, actor, token, parsed)

    return await answer(request, work, schemas.account_out)


@router.post(
    "/authenticator", response_model=schemas.AuthenticatorOffer, operation_id="offerAuthenticator"
)
async def offer_authenticator(request: Request, actor: Anybody) -> Response:
    """A new secret for an authenticator app; the old one stays good until this is confirmed."""
    sealer = console_of(request).site.sealer
    return await answer(
        request, lambda tx: service.offer_totp(tx, actor, sealer), schemas.offer_out
    )


@router.put(
    "/authenticator", response_model=schemas.ConsoleAccount, operation_id="confirmAuthenticator"
)
async def confirm_authenticator(
    request: Request, actor: Anybody, body: schemas.CodeBody
) -> Response:
    """Show that the app has the secret: by a code of it."""
    sealer = console_of(request).site.sealer
    code = body.code.get_secret_value()
    return await answer(
        request,
        lambda tx: service.confirm_totp(tx, actor, sealer, code),
        schemas.account_out,
    )


def _site(request: Request) -> Site:
    deps = console_of(request)
    if not deps.has_passkeys:
        raise EdgeRefusal(Refused(ConsoleRefusal.PASSKEYS_IMPOSSIBLE))
    return deps.site


async def _entering(
    request: Request, enter_by: Callable[[Tx], Awaitable[Entered | Refused]]
) -> Response:
    """Until when whoever got in is signed in, with the cookie beside it."""

    def headers(entered: Entered) -> Mapping[str, str]:
        return cookie(request, entered.token.text, _COOKIE_LASTS)

    return await answer(request, enter_by, schemas.entered_out, headers=headers)
