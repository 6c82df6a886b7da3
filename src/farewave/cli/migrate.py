"""`farewave migrate`: bring the tables up to this version."""

from farewave.app.parts import installation
from farewave.cli.console import load_settings, out, run


def migrate() -> None:
    """Apply the migrations that aren't applied yet. `farewave serve` does so as well."""

    async def main() -> None:
        async with installation(load_settings()):
            out.print("The database is up to date.")

    run(main())
