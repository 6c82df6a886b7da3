"""`farewave bench NAME`: figures, with their baseline from the same run."""

import json
from collections.abc import Callable, Coroutine, Mapping
from typing import Annotated

import typer
import uvloop
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from farewave.bench import ledger as ledger_bench
from farewave.bench import pay as pay_bench
from farewave.bench import query as query_bench
from farewave.bench import seats as seats_bench
from farewave.cli.console import err, out
from farewave.kit.garbage import calm_collector

app = typer.Typer(
    help="Benchmarks: a fresh embedded database, durability on.", no_args_is_help=True
)


@app.callback()
def bench() -> None:
    """Benchmarks: a fresh embedded database, durability on."""


Seconds = Annotated[int, typer.Option(min=1, max=3600, help="How long to measure each.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Bench = Callable[
    [int, Callable[[float], None]], Coroutine[None, None, Mapping[str, float | int | str]]
]


@app.command("ledger")
def ledger(seconds: Seconds = 30, as_json: AsJson = False) -> None:
    """Transfers a second, by 1,000 callers and in batches; baseline: pgbench TPC-B, scale 20."""
    _measured("ledger", ledger_bench.run, seconds, as_json)


@app.command("pay")
def pay(seconds: Seconds = 30, as_json: AsJson = False) -> None:
    """Signed payments by code a second, over HTTP; baseline: RSA signatures on one thread."""
    _measured("pay", pay_bench.run, seconds, as_json)


@app.command("seats")
def seats(seconds: Seconds = 30, as_json: AsJson = False) -> None:
    """Bookings a second on one train and on 500, and how long a decision takes alone."""
    _measured("seats", seats_bench.run, seconds, as_json)


@app.command("query")
def query(seconds: Seconds = 30, as_json: AsJson = False) -> None:
    """Left-ticket queries a second, over HTTP, while bookings go on."""
    _measured("query", query_bench.run, seconds, as_json)


def _measured(name: str, bench_run: Bench, seconds: int, as_json: bool) -> None:
    calm_collector()

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, disable=not err.is_terminal) as progress:
        task = progress.add_task(name, total=1.0)
        figures = uvloop.run(  # the loop that `serve` runs on
            bench_run(seconds, lambda share: progress.update(task, completed=share))
        )
    if as_json:
        print(json.dumps(figures))
        return
    for key, value in figures.items():
        shown = value if isinstance(value, str) else f"{value:,}"
        out.print(f"  {key:<24}{shown:>14}")
