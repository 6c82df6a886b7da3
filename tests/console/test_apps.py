"""Applications over HTTP: keys, certificates, and nobody's but one's own."""

import asyncio

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from farewave.gateway.certificates import certificate_number
from farewave.gateway.keys import public_key_text
from tests.console.world import API, ORIGIN, Console, refusal
from tests.gateway.calls import (
    APP_KEY,
    PLATFORM_KEY,
    client_of,
    gateway_app,
    node_of,
    public_params,
    signed,
)
from tests.support.payments import Shop

KEY = public_key_text(APP_KEY.public_key())
PEM = APP_KEY.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)


def request_for(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "whoever")])
    asked = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    return asked.public_bytes(serialization.Encoding.PEM).decode()


async def test_an_application_tells_what_its_software_is_set_to(
    console: Console, shop: Shop
) -> None:
    client = await console.entered(shop)
    (app,) = (await client.get(f"{API}/apps")).json()
    assert app.pop("created_at").endswith("Z")
    assert app == {
        "app_id": shop.app.app_id,
        "name": "青鱼书店",
        "gateway_url": f"{ORIGIN}/gateway.do",
        "public_key": shop.app.public_key,
        "platform_public_key": public_key_text(PLATFORM_KEY.public_key()),
        "certificates": None,
    }


@pytest.mark.parametrize("text", [KEY, PEM.decode()], ids=["base64", "PEM"])
async def test_calls_are_signed_by_the_key_that_was_uploaded(
    console: Console, shop: Shop, text: str
) -> None:
    client = await console.entered(shop)
    path = f"{API}/apps/{shop.app.app_id}/public-key"
    for _ in range(2):
        answer = await client.put(path, json={"public_key": text})
        assert answer.json()["public_key"] == KEY
    async with client_of(gateway_app(console.database)) as door:
        told = await door.post("/gateway.do", data=signed(public_params(shop.app.app_id)))
    assert node_of(told)["sub_code"] == "ACQ.TRADE_NOT_EXIST"


async def test_a_key_that_is_none_is_refused_and_the_old_one_stays(
    console: Console, shop: Shop
) -> None:
    client = await console.entered(shop)
    short = rsa.generate_private_key(65_537, 1024).public_key()
    for text in ("", "AAAA", public_key_text(short), "x" * 5000):
        path = f"{API}/apps/{shop.app.app_id}/public-key"
        answer = await client.put(path, json={"public_key": text})
        assert refusal(answer) == (422, "gateway.public_key_invalid")
    (app,) = (await client.get(f"{API}/apps")).json()
    assert app["public_key"] == shop.app.public_key


async def test_a_certificate_is_made_once_and_anew_for_another_key(
    console: Console, shop: Shop
) -> None:
    client = await console.entered(shop)
    path = f"{API}/apps/{shop.app.app_id}/certificate"
    both = await asyncio.gather(*(client.put(path, json={}) for _ in range(2)))
    first, same = (each.json()["certificates"] for each in both)
    assert first == same
    made = x509.load_pem_x509_certificate(first["app_certificate"].encode())
    made.verify_directly_issued_by(
        x509.load_pem_x509_certificate(first["root_certificate"].encode())
    )
    assert certificate_number(made) == first["app_cert_sn"]
    assert public_key_text(made.public_key()) == shop.app.public_key  # type: ignore[arg-type]
    changed = await client.put(f"{API}/apps/{shop.app.app_id}/public-key", json={"public_key": KEY})
    second = changed.json()["certificates"]
    assert second["app_cert_sn"] != first["app_cert_sn"]
    of_key = x509.load_pem_x509_certificate(second["app_certificate"].encode())
    assert public_key_text(of_key.public_key()) == KEY  # type: ignore[arg-type]


async def test_a_certificate_request_brings_its_key(console: Console, shop: Shop) -> None:
    client = await console.entered(shop)
    path = f"{API}/apps/{shop.app.app_id}/certificate"
    answer = await client.put(path, json={"request": request_for(APP_KEY)})
    told = answer.json()
    assert told["public_key"] == KEY
    made = x509.load_pem_x509_certificate(told["certificates"]["app_certificate"].encode())
    names = made.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert [name.value for name in names] == ["青鱼书店"], "not what the request said"


async def test_a_certificate_request_that_is_none_is_refused(console: Console, shop: Shop) -> None:
    client = await console.entered(shop)
    whole = request_for(APP_KEY)
    lines = whole.splitlines()
    lines[-2] = lines[-2][::-1]
    for text in ("", "x", "\n".join(lines), request_for(ec.generate_private_key(ec.SECP256R1()))):
        path = f"{API}/apps/{shop.app.app_id}/certificate"
        answer = await client.put(path, json={"request": text})
        assert refusal(answer) == (422, "gateway.certificate_request_invalid")


async def test_another_merchants_application_is_as_if_it_werent_there(
    console: Console, shop: Shop, other_shop: Shop
) -> None:
    client = await console.entered(other_shop)
    (app,) = (await client.get(f"{API}/apps")).json()
    assert app["app_id"] == other_shop.app.app_id
    for path, body in (("public-key", {"public_key": KEY}), ("certificate", {})):
        foreign = await client.put(f"{API}/apps/{shop.app.app_id}/{path}", json=body)
        unknown = await client.put(f"{API}/apps/2021000000000000/{path}", json=body)
        assert refusal(foreign) == (404, "gateway.app_not_found")
        assert foreign.text == unknown.text
    (kept,) = (await (await console.entered(shop)).get(f"{API}/apps")).json()
    assert (kept["public_key"], kept["certificates"]) == (shop.app.public_key, None)
