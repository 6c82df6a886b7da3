"""`python -m farewave.cli`: the same as the command `farewave`."""

from farewave.cli.main import app

app()
