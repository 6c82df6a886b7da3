"""`farewave`: the commands, each in a file of its own."""

import typer

from farewave.cli import apps, audit, bench, keys, links, migrate, openapi, serve, timetable

app = typer.Typer(
    name="farewave",
    help="A mobile wallet with rail ticketing: search, hold, pay, show the ticket.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("serve")(serve.serve)
app.command("migrate")(migrate.migrate)
app.command("audit")(audit.audit)
app.command("openapi")(openapi.openapi)
app.add_typer(apps.app, name="app")
app.add_typer(timetable.app, name="timetable")
app.add_typer(bench.app, name="bench")
app.add_typer(keys.app, name="keys")
app.add_typer(links.app, name="console")
