"""The guide's programs run as written, in the environments of unmodified SDKs."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from farewave.testing import Buyer, Gateway
from tests.support.sdks import ROOT, SDKS, install, node_program

GUIDE = ROOT / "docs" / "start" / "alipay-on-your-laptop.md"
_BLOCK = re.compile(r"^```(\S+)(?: ([^\n]+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PATIENCE_S = 120
HTTP_PORT = 80


def blocks() -> list[tuple[str, str, str]]:
    """Language, what is said beside it, and text of every block that is run."""
    found = [match.groups(default="") for match in _BLOCK.finditer(GUIDE.read_text("utf-8"))]
    return [(language, beside, text) for language, beside, text in found if beside]


def block(wanted: str) -> str:
    (text,) = [text for language, beside, text in blocks() if f"{language} {beside}" == wanted]
    return text


@pytest.fixture(scope="module")
def desk(farewave_gateway: Gateway, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder where the guide's commands were given."""
    install()
    folder = tmp_path_factory.mktemp("guide")
    (folder / "node_modules").symlink_to(SDKS / "node" / "node_modules")
    here = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    for language, beside, text in blocks():
        if (language, beside) == ("sh", "run"):
            environment = {**farewave_gateway.environment, "PATH": here}
            subprocess.run(["sh", "-ec", text], cwd=folder, env=environment, check=True)
    return folder


@contextmanager
def running(desk: Path, wanted: str) -> Iterator["subprocess.Popen[str]"]:
    """The program of one block, while this one lasts."""
    language, sdk = wanted.split()[:2]
    file = desk / f"{wanted.replace(' ', '-')}.{'mjs' if language == 'js' else 'py'}"
    file.write_text(block(wanted), "utf-8")
    program = node_program() if language == "js" else str(SDKS / sdk / "bin" / "python")
    process = subprocess.Popen(
        [program, file], cwd=desk, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    # So that reading a line of it doesn't wait for ever either.
    limit = threading.Timer(_PATIENCE_S, process.kill)
    limit.start()
    with process:
        try:
            yield process
        finally:
            limit.cancel()
            process.kill()


def told(process: "subprocess.Popen[str]") -> list[str]:
    """What it printed, once it has ended well."""
    said, complained = process.communicate(timeout=_PATIENCE_S)
    assert process.returncode == 0, said + complained
    return said.splitlines()


@pytest.mark.parametrize("program", ["python official-python", "python fzlee", "js node"])
def test_a_program_shows_a_code_sees_it_paid_and_refunds(
    desk: Path, farewave_gateway: Gateway, farewave_buyer: Buyer, program: str
) -> None:
    if "official" in program and farewave_gateway.port != HTTP_PORT:
        pytest.skip("port 80 isn't allowed here, and the official Python SDK can't take another")
    before = farewave_buyer.balance_fen()
    with ExitStack() as stack:
        listener = None
        if "official" in program:
            listener = stack.enter_context(running(desk, "python official-python listener"))
        process = stack.enter_context(running(desk, program))
        assert process.stdout is not None
        link = process.stdout.readline().strip()
        assert link, process.communicate()
        farewave_buyer.pay(link)
        assert told(process) == ["paid", "refunded 0.01"]
        assert farewave_buyer.balance_fen() == before - 1
        if listener is not None:
            assert listener.stdout is not None
            heard = {listener.stdout.readline().strip() for _ in range(2)}
            assert heard == {"TRADE_SUCCESS 0.02 None", "TRADE_SUCCESS 0.02 0.01"}


@pytest.mark.parametrize("program", ["js node certified", "python fzlee certified"])
def test_a_program_calls_in_certificate_mode(desk: Path, program: str) -> None:
    with running(desk, program) as process:
        assert told(process) == ["ACQ.TRADE_NOT_EXIST"]


def test_every_program_of_the_guide_is_run_or_marked_as_not_run() -> None:
    run = {f"{language} {beside}" for language, beside, _ in blocks()}
    assert run == {
        "sh run",
        "python official-python",
        "python official-python listener",
        "python fzlee",
        "python fzlee certified",
        "js node",
        "js node certified",
    }
    for language in ("php", "java"):
        (start,) = [
            match.start() for match in re.finditer(f"^```{language}$", GUIDE.read_text(), re.M)
        ]
        section = GUIDE.read_text()[:start].rpartition("\n## ")[2]
        assert section.split("\n", 2)[2].startswith("**Not run here.**")
