"""How many signed `alipay.trade.pay` calls a second are answered over real HTTP.

The server runs as operators run it, two processes; the load is a process of its own; all share the
machine. Each payment has a pay code of its own, and every request is signed beforehand. The
signatures of some answers are checked, and the audit runs at the end. With notifications, a payment
counts once its notification was taken as well. The baseline is how many RSA-2048 signatures this
machine makes a second on one thread: each payment needs one, and a check of another.
"""

import asyncio
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlencode

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from farewave.app.audit import audit_everything
from farewave.app.keys import load_keys
from farewave.bench.ground import Ground, fresh_ground, settle
from farewave.bench.load import Measured, drive_apart, write_requests
from farewave.bench.payers import funded_payers, new_codes
from farewave.bench.processes import costs_s, spent_s
from farewave.bench.serving import Serving, serving
from farewave.bench.sink import Sink, notification_sink
from farewave.gateway.client import cut_answer
from farewave.gateway.keys import public_key_text
from farewave.gateway.model import AppCreated
from farewave.gateway.service import create_app
from farewave.gateway.signing import signed_request, verified
from farewave.kit.invariant import invariant
from farewave.people.model import Actor

CONNECTIONS = 512
WORKERS = 2
_METHOD = "alipay.trade.pay"
_REQUESTS_PER_S = 2_000
_RSA_S = 2.0
_SIGN_BATCH = 500


@dataclass(frozen=True, slots=True)
class PayFigures:
    """What is printed; keys stay."""

    payments_per_s: float
    payments_notified_per_s: float
    p50_ms: float
    p99_ms: float
    rsa_sign_per_s: float
    ratio: float
    """Payments a second, of the signatures a second of one thread."""
    audit_findings: int
    seconds: int
    setup_s: float
    payments: int
    answers_checked: int
    server_cpu_ms: float
    """CPU time for each payment, by process; without notifications, then with them."""
    database_cpu_ms: float
    load_cpu_ms: float
    notified_server_cpu_ms: float
    notified_database_cpu_ms: float
    notified_load_cpu_ms: float


async def run(seconds: int, tick: Callable[[float], None]) -> dict[str, float | int]:
    """Measure for `seconds` without notifications, and for as long with them."""
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="farewave-bench-pay-") as temporary:
        folder = Path(temporary)
        async with (
            fresh_ground() as ground,
            serving(ground.dsn, folder / "data", workers=WORKERS, shards=1) as server,
            notification_sink() as sink,
        ):
            keys = load_keys(server.keys)
            payers = await funded_payers(ground.database, keys.sealer)
            shop = await _Shop.opened(ground)
            parts: list[_Part] = []
            for part, notified_by in enumerate((None, sink)):
                path = folder / f"requests-{part}"
                notify_url = notified_by.url if notified_by else None
                await shop.write(path, payers, seconds * _REQUESTS_PER_S, notify_url)
                await settle(ground)
                tick(part / 2)
                parts.append(await _driven(ground, server, seconds, path, notified_by))
            plain, notified = (each.measured for each in parts)
            checked = sum(_checked(each.measured, keys.platform.public_key()) for each in parts)
            findings = await audit_everything(ground.database)
    signatures_per_s = _rsa_sign_per_s()
    elapsed_s = time.perf_counter() - started
    per_s = plain.answered / plain.elapsed_s
    tick(1.0)
    figures = PayFigures(
        payments_per_s=round(per_s, 1),
        payments_notified_per_s=round(notified.answered / notified.elapsed_s, 1),
        p50_ms=round(plain.p50_ms, 1),
        p99_ms=round(plain.p99_ms, 1),
        rsa_sign_per_s=round(signatures_per_s, 1),
        ratio=round(per_s / signatures_per_s, 3),
        audit_findings=len(findings),
        seconds=seconds,
        setup_s=round(elapsed_s - plain.elapsed_s - notified.elapsed_s, 1),
        payments=plain.answered + notified.answered,
        answers_checked=checked,
        server_cpu_ms=parts[0].per_payment_ms(parts[0].server_cpu_s),
        database_cpu_ms=parts[0].per_payment_ms(parts[0].database_cpu_s),
        load_cpu_ms=parts[0].per_payment_ms(parts[0].load_cpu_s),
        notified_server_cpu_ms=parts[1].per_payment_ms(parts[1].server_cpu_s),
        notified_database_cpu_ms=parts[1].per_payment_ms(parts[1].database_cpu_s),
        notified_load_cpu_ms=parts[1].per_payment_ms(parts[1].load_cpu_s),
    )
    return asdict(figures)


@dataclass(frozen=True, slots=True)
class _Part:
    """What a load saw, and the CPU time that it cost."""

    measured: Measured
    server_cpu_s: float
    database_cpu_s: float
    load_cpu_s: float
    """The load's process, and the notifications' sink in this one."""

    def per_payment_ms(self, cpu_s: float) -> float:
        return round(cpu_s * 1000 / self.measured.answered, 3)


async def _driven(
    ground: Ground, server: Serving, seconds: int, path: Path, sink: Sink | None
) -> _Part:
    """With a `sink`, it has ended when the last payment's notification came there."""
    roots = (server.pid, ground.server_pid)
    before_s = costs_s(*roots)
    measured = await drive_apart(server.port, seconds, CONNECTIONS, path)
    if sink is not None:
        measured.elapsed_s += await sink.until(measured.answered)
    server_s, database_s, sink_s = spent_s(before_s, costs_s(*roots))
    return _Part(measured, server_s, database_s, measured.cpu_s + sink_s)


@dataclass(frozen=True, slots=True)
class _Shop:
    """A merchant that signs its requests ahead."""

    ground: Ground
    app: AppCreated
    pem: bytes

    @classmethod
    async def opened(cls, ground: Ground) -> "_Shop":
        key = rsa.generate_private_key(65_537, 2048)
        text = public_key_text(key.public_key())
        async with ground.database.transaction() as tx:
            app = await create_app(tx, name="Benchmark", public_key=text)
        assert isinstance(app, AppCreated), app
        pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return cls(ground, app, pem)

    async def write(
        self, path: Path, payers: Sequence[Actor], count: int, notify_url: str | None
    ) -> None:
        """`count` requests, each with a code and an order number of its own."""
        codes = await new_codes(self.ground.database, payers, count)
        name = path.name
        jobs = [
            (self.pem, self.app.app_id, f"{name}-{start}", codes[start : start + _SIGN_BATCH])
            for start in range(0, count, _SIGN_BATCH)
        ]
        loop = asyncio.get_running_loop()
        with ProcessPoolExecutor(2) as pool:
            parts = await asyncio.gather(
                *(loop.run_in_executor(pool, _signed, *job, notify_url) for job in jobs)
            )
        write_requests(path, [request for part in parts for request in part])


def _signed(
    pem: bytes, app_id: str, label: str, codes: Sequence[str], notify_url: str | None
) -> list[bytes]:
    key = serialization.load_pem_private_key(pem, None)
    assert isinstance(key, rsa.RSAPrivateKey)
    requests = []
    for number, code in enumerate(codes):
        content = {
            "out_trade_no": f"{label}-{number}",
            "scene": "bar_code",
            "auth_code": code,
            "subject": "Benchmark",
            "total_amount": "0.01",
        }
        params = {
            "app_id": app_id,
            "method": _METHOD,
            "charset": "utf-8",
            "sign_type": "RSA2",
            "timestamp": "2026-07-01 09:00:00",
            "version": "1.0",
            "biz_content": json.dumps(content, separators=(",", ":")),
        }
        if notify_url:
            params["notify_url"] = notify_url
        body = urlencode(signed_request(params, key)).encode()
        head = (
            "POST /gateway.do HTTP/1.1\r\nhost: 127.0.0.1\r\n"
            "content-type: application/x-www-form-urlencoded;charset=utf-8\r\n"
            f"content-length: {len(body)}\r\n\r\n"
        )
        requests.append(head.encode() + body)
    return requests


def _checked(measured: Measured, platform: rsa.RSAPublicKey) -> int:
    """How many answers were looked at: each is a success, and the platform's own."""
    invariant(measured.not_200 == 0, "the gateway answers 200")
    for body in measured.samples:
        cut = cut_answer(_METHOD, body.encode())
        assert cut is not None, body
        node, octets, signature = cut
        invariant(node["code"] == "10000", f"every payment is paid: {node}")
        invariant(verified(octets, signature, platform, "RSA2"), "every answer is signed")
    return len(measured.samples)


def _rsa_sign_per_s() -> float:
    key = rsa.generate_private_key(65_537, 2048)
    done, started = 0, time.perf_counter()
    while time.perf_counter() - started < _RSA_S:
        key.sign(b"x" * 256, padding.PKCS1v15(), SHA256())
        done += 1
    return done / (time.perf_counter() - started)
