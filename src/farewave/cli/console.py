"""What commands share: printing, settings from the environment, endings with a sentence."""

import asyncio
import sys
from collections.abc import Coroutine
from typing import Any, NoReturn, TypeVar

import typer
from pydantic import ValidationError
from rich.console import Console

from farewave.app.keys import KeysMissing
from farewave.app.settings import Settings
from farewave.db import DatabaseError

T = TypeVar("T")
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def stop(sentence: str, status: int = 1) -> NoReturn:
    """End the command with a sentence for the operator."""
    err.print(f"[red]farewave:[/red] {sentence}")
    raise typer.Exit(status)


def load_settings() -> Settings:
    """The environment's settings, or an end with what is wrong with them."""
    try:
        return Settings()
    except ValidationError as error:
        problems = [
            f"{'FAREWAVE_' + '_'.join(map(str, each['loc'])).upper() + ': ' if each['loc'] else ''}"
            f"{each['msg'].removeprefix('Value error, ')}"
            for each in error.errors()
        ]
        stop("; ".join(problems))


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run a command's coroutine; what an operator can mend ends it with a sentence."""
    try:
        return asyncio.run(main)
    except (DatabaseError, KeysMissing) as error:
        stop(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
