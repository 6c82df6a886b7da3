"""The signing path is chosen for the processors it was measured on, and for no other."""

import subprocess
import sys

import pytest

from farewave.app.processor import VARIABLE, capabilities_for, choose_signing_path

ZEN_3 = """\
processor\t: 0
vendor_id\t: AuthenticAMD
cpu family\t: 25
model\t\t: 1
flags\t\t: fpu avx avx2 bmi1 bmi2 adx vaes

processor\t: 1
vendor_id\t: AuthenticAMD
"""


def test_zen_3_signs_with_vectors() -> None:
    assert capabilities_for(ZEN_3.splitlines()) == ":~0x80000"


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("AuthenticAMD", "GenuineIntel"),
        ("family\t: 25", "family\t: 23"),
        ("vaes", "avx512f avx512ifma"),
        ("avx2 ", ""),
        (" adx", ""),
        (ZEN_3, "CPU architecture: 8\n"),
    ],
)
def test_openssl_chooses_on_every_other(was: str, now: str) -> None:
    assert capabilities_for(ZEN_3.replace(was, now, 1).splitlines()) is None


def test_what_the_operator_set_stays() -> None:
    environment = {VARIABLE: "0"}
    choose_signing_path(environment)
    assert environment == {VARIABLE: "0"}


def test_it_is_chosen_before_openssl_is_loaded() -> None:
    script = (
        "import sys, farewave.app.processor as p\n"
        "p.choose_signing_path = lambda: print('_hashlib' in sys.modules,"
        " any(name.startswith('cryptography') for name in sys.modules))\n"
        "import farewave.cli"
    )
    said = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    assert said.stdout == "False False\n"
