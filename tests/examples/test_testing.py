"""The example of a tested integration runs as its users would run it, in a pytest of its own."""

import os
import subprocess
import sys

from tests.support.sdks import ROOT, SDKS, install

EXAMPLE = ROOT / "examples" / "testing"


def test_the_till_is_tested_against_a_gateway_of_its_own() -> None:
    install()
    (packages,) = (SDKS / "fzlee").glob("lib/python*/site-packages")
    done = subprocess.run(
        # Away from this project's settings of pytest, as anybody's own project is.
        [sys.executable, "-m", "pytest", "-c", os.devnull, "--rootdir", EXAMPLE, EXAMPLE, "-q"],
        cwd=EXAMPLE,
        env={**os.environ, "PYTHONPATH": str(packages), "PYTEST_ADDOPTS": "-p no:cacheprovider"},
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "6 passed" in done.stdout
