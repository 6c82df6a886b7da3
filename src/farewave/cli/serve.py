"""`farewave serve`: the wallet on one port; in the sandbox its banks on the next one."""

import os
import socket
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import MPServer

from farewave.app.bootstrap import prepare
from farewave.app.certificate import (
    Certificate,
    ensure_certificate,
    machine_now,
    own_addresses,
)
from farewave.app.demo import CARD_BALANCE_FEN, DEMO
from farewave.app.logs import configure_logs
from farewave.app.parts import data_folder
from farewave.app.process import PARENT_VARIABLE
from farewave.app.settings import Settings
from farewave.app.simulated_banks import BanksBeside
from farewave.cli.console import err, load_settings, out, run, stop


def serve(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on. Default 127.0.0.1: this machine only.")
    ] = None,
    port: Annotated[
        int | None, typer.Option(help="Port; also FAREWAVE_PORT. Default 8000.")
    ] = None,
    tls: Annotated[
        bool, typer.Option("--tls", help="HTTPS, with a certificate of our own making for phones.")
    ] = False,
    workers: Annotated[int | None, typer.Option(help="Processes that serve. Default 1.")] = None,
) -> None:
    """Start the wallet: database, migrations, the app, its jobs. Ctrl-C ends all of it."""
    given = {"HOST": host, "PORT": port, "TLS": "true" if tls else None, "WORKERS": workers}
    # Workers are processes of their own: what was said here reaches them by the environment.
    os.environ.update({f"FAREWAVE_{name}": str(v) for name, v in given.items() if v is not None})
    os.environ[PARENT_VARIABLE] = str(os.getpid())
    configure_logs()
    settings = load_settings()
    _check_port(settings.host, settings.port)
    if settings.sandbox:
        _check_port("127.0.0.1", settings.simulated_banks_port)
    with ExitStack() as stack:
        run(prepare(settings, stack))
        if settings.sandbox:
            stack.enter_context(BanksBeside(settings))
        certificate = _certificate(settings)
        _greet(settings, certificate)
        _server(settings, certificate).serve()


def _server(settings: Settings, certificate: Certificate | None) -> MPServer:
    return MPServer(
        "farewave.app.asgi:create",
        factory=True,
        interface=Interfaces.ASGI,
        address=settings.host,
        port=settings.port,
        workers=settings.workers,
        ssl_cert=certificate.certificate if certificate else None,
        ssl_key=certificate.key if certificate else None,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=15,
    )


def _check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            stop(
                f"can't listen on {host}:{port} ({error.strerror}). Another one may be running; "
                "choose a port with --port or FAREWAVE_PORT. The sandbox's banks take the next one."
            )


def _certificate(settings: Settings) -> Certificate | None:
    if not settings.tls:
        return None
    folder: Path = data_folder(settings) / "tls"
    hosts = ["localhost", *own_addresses()]
    if settings.host not in {"0.0.0.0", "::", *hosts}:  # noqa: S104 - compared, not bound
        hosts.append(settings.host)
    return ensure_certificate(folder, hosts, machine_now())


def _greet(settings: Settings, certificate: Certificate | None) -> None:
    addresses = [settings.base_url]
    if settings.host in {"0.0.0.0", "::"} and not settings.public_url:  # noqa: S104
        scheme = "https" if settings.tls else "http"
        addresses += [
            f"{scheme}://{a}:{settings.port}"
            for a in own_addresses()
            if "." in a and not a.startswith("127.")
        ]
    where = "  ".join(addresses)
    out.print(f"\n  [bold]Farewave[/bold] is at  [bold cyan]{where}[/bold cyan]", soft_wrap=True)
    if certificate:
        out.print(f"  Certificate  {certificate.fingerprint}", soft_wrap=True)
    if settings.sandbox:
        out.print(f"  Its simulated banks are at  {settings.banks_url}", soft_wrap=True)
        rows = {
            "phone": DEMO.phone,
            "password": DEMO.password,
            "pay password": DEMO.pay_password,
            "card": f"{DEMO.card.digits}, bound, with {CARD_BALANCE_FEN // 100:,} yuan",
        }
        out.print("\n  The sandbox has somebody to be:")
        for label, value in rows.items():
            out.print(f"    {label:<13}[bold]{value}[/bold]", soft_wrap=True)
    out.print("\n  Ctrl-C ends it.\n")
    if settings.host not in {"127.0.0.1", "::1", "localhost"} and not settings.tls:
        err.print("  [yellow]Without --tls, passwords cross the network in clear.[/yellow]")
