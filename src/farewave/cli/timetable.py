"""`farewave timetable import`: a folder of CSV files or a GTFS feed, all or nothing."""

import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from farewave.app.parts import installation
from farewave.cli.console import err, load_settings, out, run, stop
from farewave.rail.timetable import Imported, TimetableFaults, import_network, network_at

app = typer.Typer(help="The timetable that rail sells from.", no_args_is_help=True)
_FAULTS_SHOWN = 20
_READ_SHARE = 0.3


@app.callback()
def timetable() -> None:
    """The timetable that rail sells from."""


@app.command("import")
def import_(
    path: Annotated[
        Path,
        typer.Argument(help="A folder of the timetable's CSV form, or a GTFS feed (a zip file)."),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Import a timetable as one change: all of it, or, with its faults listed, nothing.

    What is sold already keeps the timetable that it was sold by.
    """
    started = time.perf_counter()
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, disable=not err.is_terminal) as progress:
        task = progress.add_task("reading", total=1.0)
        network = network_at(path)
        if isinstance(network, TimetableFaults):
            progress.stop()
            _refuse(network)
        progress.update(task, completed=_READ_SHARE, description="writing")

        def tick(share: float) -> None:
            progress.update(task, completed=_READ_SHARE + (1 - _READ_SHARE) * share)

        async def main() -> Imported:
            async with installation(load_settings()) as database, database.transaction() as tx:
                return await import_network(tx, network, tick=tick)

        done = run(main())
        progress.update(task, completed=1.0)
    if as_json:
        elapsed_s = round(time.perf_counter() - started, 2)
        print(json.dumps({**asdict(done), "elapsed_s": elapsed_s}))
        return
    news = "imported" if done.changed else "in use already"
    out.print(
        f"{done.trains:,} trains, {done.stops:,} stops, {done.stations:,} stations:"
        f" {news} ({done.version[:12]})."
    )


def _refuse(faults: TimetableFaults) -> NoReturn:
    shown = list(faults.faults[:_FAULTS_SHOWN])
    more = len(faults.faults) - len(shown)
    rest = [f"and {more} more"] if more > 0 else []
    stop("\n  ".join(["nothing was imported:", *shown, *rest]))
