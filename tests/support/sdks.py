"""The SDKs of the Open Platform that others wrote, unmodified, each in a process of its own.

A driver (tests/protocol/drivers) runs in the SDK's environment and carries out one question after
another; what the SDK returns or raises comes back.
"""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SDKS = ROOT / ".cache" / "sdks"
DRIVERS = ROOT / "tests" / "protocol" / "drivers"


@dataclass(frozen=True)
class Raised:
    """What an SDK raised: the exception's class, its message, and the code some of them have."""

    kind: str
    said: str
    code: str | None = None
    status: int | None = None


class Sdk:
    """One SDK, its driver running; `name` is that of its folder."""

    def __init__(self, name: str) -> None:
        folder = SDKS / name
        command = (
            [node_program(), str(DRIVERS / "node.mjs")]
            if name == "node"
            else [str(folder / "bin" / "python"), str(DRIVERS / f"{name.replace('-', '_')}.py")]
        )
        self._process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def tried(self, do: str, **asked: object) -> Any:
        """What the SDK answers, or `Raised`."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": do, **asked}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"the driver ended: {self._process.wait(10)}"
        answer = json.loads(line)
        if "raised" in answer:
            return Raised(
                answer["raised"], answer["said"], answer.get("code"), answer.get("status")
            )
        return answer["answer"]

    def ask(self, do: str, **asked: object) -> Any:
        """What the SDK answers; it raises nothing."""
        answer = self.tried(do, **asked)
        assert not isinstance(answer, Raised), answer
        return answer

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()


def node_program() -> str:
    """The environment's own where the machine has none that is new enough."""
    found = shutil.which("node", path=f"{ROOT / '.venv' / 'bin'}:{os.environ.get('PATH', '')}")
    assert found is not None
    return found


def install() -> None:
    """Make the SDKs' environments, or wait for whoever makes them."""
    done = subprocess.run(
        [ROOT / "scripts" / "protocol-sdks"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
