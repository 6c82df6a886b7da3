"""Which of OpenSSL's code paths signs fastest on this processor.

Every answer of the gateway is an RSA signature, so a payment is bound by them. OpenSSL has two ways
for keys of 2048 bits and prefers the scalar one (MULX, ADX) to the vector one (AVX2) wherever a
processor has both. On AMD's Zen 3 that is wrong: the scalar way leaves no multiplier to the other
thread of a core. See docs/decisions/0013.
"""

import os
from collections.abc import Iterable, MutableMapping
from itertools import takewhile
from pathlib import Path

VARIABLE = "OPENSSL_ia32cap"
_WITHOUT_ADX = ":~0x80000"
"""OpenSSL's own form: of the second word of capabilities, all but bit 19."""
_BOTH_WAYS = frozenset({"avx2", "bmi2", "adx"})
_CPUINFO = Path("/proc/cpuinfo")


def capabilities_for(cpuinfo: Iterable[str]) -> str | None:
    """What `VARIABLE` should be by the lines of /proc/cpuinfo; None: OpenSSL chooses right."""
    first = takewhile(str.strip, cpuinfo)  # the others are like it, hundreds on a large machine
    pairs = [line.partition(":") for line in first]
    facts = {name.strip(): value.strip() for name, _, value in pairs}
    flags = set(facts.get("flags", "").split())
    # Of this family Zen 4 has a third way, with AVX-512, that OpenSSL prefers to both.
    is_zen_3 = (
        (facts.get("vendor_id"), facts.get("cpu family")) == ("AuthenticAMD", "25")
        and flags >= _BOTH_WAYS
        and "avx512ifma" not in flags
    )
    return _WITHOUT_ADX if is_zen_3 else None


def choose_signing_path(environment: MutableMapping[str, str] = os.environ) -> None:
    """Call it before OpenSSL is loaded: it looks once. What the operator set stays."""
    if VARIABLE in environment:
        return
    try:
        with _CPUINFO.open() as lines:
            chosen = capabilities_for(lines)
    except OSError:
        return  # not Linux
    if chosen is not None:
        environment[VARIABLE] = chosen
