"""`farewave bench NAME`: figures, with their baseline from the same run."""

import asyncio
import json
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from farewave.bench import ledger as ledger_bench
from farewave.cli.console import err, out

app = typer.Typer(
    help="Benchmarks: a fresh embedded database, durability on.", no_args_is_help=True
)


@app.callback()
def bench() -> None:
    """Benchmarks: a fresh embedded database, durability on."""


@app.command("ledger")
def ledger(
    seconds: Annotated[int, typer.Option(min=1, max=3600, help="How long to measure.")] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Transfers a second, by 1,000 callers and in batches; baseline: pgbench TPC-B, scale 20."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, disable=not err.is_terminal) as progress:
        task = progress.add_task("ledger", total=1.0)
        figures = asyncio.run(
            ledger_bench.run(seconds, lambda share: progress.update(task, completed=share))
        )
    if as_json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        out.print(f"  {name:<16}{value:>14,}")
