"""`farewave timetable import`: take a folder of the timetable's CSV form, all or nothing."""

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from farewave.app.parts import installation
from farewave.cli.console import load_settings, out, run, stop
from farewave.rail.timetable import (
    Imported,
    TimetableFaults,
    import_timetable,
    read_folder,
)

app = typer.Typer(help="The timetable that rail sells from.", no_args_is_help=True)
_FAULTS_SHOWN = 20


@app.callback()
def timetable() -> None:
    """The timetable that rail sells from."""


@app.command("import")
def import_(
    path: Annotated[
        Path, typer.Argument(help="A folder with stations, trains, stops, fares and coaches.")
    ],
) -> None:
    """Import a timetable as one change: all of it, or, with its faults listed, nothing.

    What is sold already keeps the timetable that it was sold by.
    """
    texts = read_folder(path)
    if isinstance(texts, TimetableFaults):
        _refuse(texts)

    async def main() -> Imported | TimetableFaults:
        async with installation(load_settings()) as database, database.transaction() as tx:
            return await import_timetable(tx, texts)

    done = run(main())
    if isinstance(done, TimetableFaults):
        _refuse(done)
    news = "imported" if done.changed else "in use already"
    out.print(f"{done.trains} trains, {done.stations} stations: {news} ({done.version[:12]}).")


def _refuse(faults: TimetableFaults) -> NoReturn:
    shown = list(faults.faults[:_FAULTS_SHOWN])
    more = len(faults.faults) - len(shown)
    rest = [f"and {more} more"] if more > 0 else []
    stop("\n  ".join(["nothing was imported:", *shown, *rest]))
