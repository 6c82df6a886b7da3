"""`farewave app create`: a merchant and its application on the Open Platform."""

import json
from pathlib import Path
from typing import Annotated

import typer

from farewave.app.keys import Keys
from farewave.app.parts import installation, load_or_make_keys
from farewave.cli.console import load_settings, out, run, stop
from farewave.console import service as console
from farewave.console.deps import link_address
from farewave.db import Tx
from farewave.gateway import service as gateway
from farewave.gateway.certificates import PlatformCertificates
from farewave.gateway.keys import public_key_text
from farewave.gateway.model import AppCreated
from farewave.gateway.reach import can_be_notified
from farewave.kit.outcome import Refused
from farewave.payments import shop_codes
from farewave.payments.shop_code import LABEL_CHARS_MAX, PATH, ShopCode

app = typer.Typer(help="Applications on the Open Platform.", no_args_is_help=True)


@app.callback()
def apps() -> None:
    """Applications on the Open Platform."""


@app.command("create")
def create(
    name: Annotated[str, typer.Option(help="The merchant's name, as payers see it.")],
    public_key: Annotated[
        Path | None, typer.Option(help="File with the application's RSA public key.")
    ] = None,
    certificate: Annotated[
        bool,
        typer.Option("--certificate", help="Certificate mode: also make its certificate."),
    ] = False,
    encrypt: Annotated[
        bool, typer.Option("--encrypt", help="Also make an AES key to encrypt contents with.")
    ] = False,
    redirect_uri: Annotated[
        list[str] | None,
        typer.Option(help="Where browsers may be sent back to after signing in; may be repeated."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Make a merchant and its application. Without a public key, a pair of keys is made.

    A private key that was made is printed now and kept nowhere. `console_url` opens the merchant's
    console: once, within a day.
    """
    settings = load_settings()
    try:
        given = public_key.read_text("utf-8") if public_key else None
    except (OSError, UnicodeDecodeError):
        stop(f"{public_key} can't be read")

    keys = load_or_make_keys(settings)

    async def make(tx: Tx) -> tuple[AppCreated, str] | Refused:
        made = await gateway.create_app(
            tx,
            name=name,
            public_key=given,
            authority=keys.authority if certificate else None,
            sealer=keys.sealer if encrypt else None,
            redirect_uris=redirect_uri or (),
        )
        if isinstance(made, Refused):
            return made
        link = await console.make_link(tx, made.merchant_id)
        return made, link_address(settings.base_url, link.text)

    async def main() -> tuple[AppCreated, str] | Refused:
        async with installation(settings) as database:
            return await database.run(make)

    done = run(main())
    if isinstance(done, Refused):
        stop(done.sentence("en"))
    created, console_url = done
    fields = {
        "app_id": created.app_id,
        "seller_id": created.seller_id,
        "gateway_url": f"{settings.base_url}/gateway.do",
        "platform_public_key": public_key_text(keys.platform.public_key()),
        "private_key_pkcs1": created.private_key_pkcs1,
        "private_key_pkcs8": created.private_key_pkcs8,
        **_certificates(created, keys),
        "content_key": created.content_key,
        "console_url": console_url,
    }
    shown = {key: value for key, value in fields.items() if value is not None}
    if as_json:
        print(json.dumps(shown))
    else:
        for key, value in shown.items():
            out.print(f"[bold]{key}[/bold]\n{value}\n", soft_wrap=True)


@app.command("shop-code")
def shop_code(
    app_id: Annotated[str, typer.Option(help="The application whose merchant is paid.")],
    label: Annotated[str, typer.Option(help="What is sold there, as payers see it.")],
    notify_url: Annotated[str | None, typer.Option(help="Where its payments are notified.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Make a code that stays on a shop's wall: who scans it says how much."""
    settings = load_settings()
    if not 0 < len(label) <= LABEL_CHARS_MAX:
        stop(f"the label has up to {LABEL_CHARS_MAX} characters")
    public_only = not settings.sandbox
    if notify_url is not None and not can_be_notified(notify_url, public_only=public_only):
        where = " on the public internet" if public_only else ""
        stop(f"--notify-url isn't an http or https address{where} of up to 256 characters")

    async def main() -> ShopCode | None:
        async with installation(settings) as database, database.transaction() as tx:
            found = await gateway.app_by_id(tx, app_id)
            if found is None:
                return None
            return await shop_codes.put_up(
                tx,
                merchant_id=found.merchant_id,
                app_id=app_id,
                label=label,
                notify_url=notify_url,
            )

    made = run(main())
    if made is None:
        stop(f"there is no application {app_id}")
    link = f"{settings.base_url}{PATH}{made.token}"
    if as_json:
        print(json.dumps({"link": link, "picture": f"{link}.svg", "token": made.token}))
    else:
        out.print(
            f"[bold]link[/bold]\n{link}\n\n[bold]picture[/bold]\n{link}.svg\n", soft_wrap=True
        )


def _certificates(created: AppCreated, keys: Keys) -> dict[str, str]:
    """What an SDK is set to in certificate mode: PEM, and the numbers that follow from it."""
    if created.certificate is None:
        return {}
    platform = PlatformCertificates.of(keys.platform_certificate, keys.authority.root)
    return {
        "app_certificate": created.certificate.pem,
        "platform_certificate": platform.platform_pem,
        "root_certificate": platform.root_pem,
        "app_cert_sn": created.certificate.number,
        "alipay_cert_sn": platform.platform_sn,
        "alipay_root_cert_sn": platform.root_sn,
    }
