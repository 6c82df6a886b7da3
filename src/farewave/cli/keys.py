"""`farewave keys create`: the keys that production asks for."""

from pathlib import Path
from typing import Annotated

import typer

from farewave.app.keys import create_keys, load_keys
from farewave.cli.console import out
from farewave.kit.chance import SystemChance

app = typer.Typer(help="Keys of an installation.", no_args_is_help=True)


@app.callback()
def keys() -> None:
    """Keys of an installation."""


@app.command("create")
def create(
    folder: Annotated[Path, typer.Argument(help="Where to put them; made if missing.")],
) -> None:
    """Make the keys that aren't in FOLDER yet. Keep the folder safe: without it nothing opens."""
    create_keys(folder, SystemChance())
    load_keys(folder)
    out.print(f"Keys are in {folder}. Set FAREWAVE_KEYS={folder}")
