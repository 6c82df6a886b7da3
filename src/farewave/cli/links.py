"""`farewave console link`: a one-time link into the console."""

import json
from typing import Annotated

import typer

from farewave.app.parts import installation
from farewave.cli.console import load_settings, out, run, stop
from farewave.console import service as console
from farewave.console.deps import link_address
from farewave.payments import statements

app = typer.Typer(help="The console of merchants and of the operator.", no_args_is_help=True)


@app.callback()
def links() -> None:
    """The console of merchants and of the operator."""


@app.command("link")
def link(
    seller: Annotated[
        str | None, typer.Option(help="The merchant's seller number, of 16 digits.")
    ] = None,
    operator: Annotated[
        bool, typer.Option("--operator", help="The operator's own console instead.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Print a link into the console: good once, for a day. An earlier one is good no more."""
    if (seller is None) != operator:
        stop("say --seller with its number, or --operator")
    settings = load_settings()

    async def main() -> str | None:
        async with installation(settings) as database, database.transaction() as tx:
            merchant_id = None
            if seller is not None:
                merchant = await statements.merchant_of(tx, seller)
                if merchant is None:
                    return None
                merchant_id = merchant.merchant_id
            made = await console.make_link(tx, merchant_id)
            return link_address(settings.base_url, made.text)

    address = run(main())
    if address is None:
        stop(f"there is no merchant with the seller number {seller}")
    if as_json:
        print(json.dumps({"console_url": address}))
    else:
        out.print(address, soft_wrap=True)
