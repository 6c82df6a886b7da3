"""`farewave audit`: prove from the tables alone that nothing is lost, doubled or unbalanced."""

import json
from typing import Annotated

import typer

from farewave.app.audit import audit_everything
from farewave.app.parts import installation
from farewave.cli.console import load_settings, out, run
from farewave.kit.finding import Finding


def audit(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Check every context's tables against each other. Ends with 1 when something is found."""

    async def main() -> list[Finding]:
        settings = load_settings()
        async with installation(settings) as database:
            own_platform = settings.rail_gateway_url is None
            return await audit_everything(database, own_platform=own_platform)

    findings = run(main())
    if as_json:
        rows = [
            {"context": f.context, "check": f.check, "subject": f.subject, "says": f.says}
            for f in findings
        ]
        print(json.dumps({"findings": rows}, ensure_ascii=False))
    else:
        for finding in findings:
            out.print(f"{finding.context}.{finding.check}: {finding.subject}: {finding.says}")
        out.print(f"{len(findings)} findings." if findings else "Nothing found: the books agree.")
    raise typer.Exit(1 if findings else 0)
