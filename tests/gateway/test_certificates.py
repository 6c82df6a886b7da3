"""Certificates: their numbers, what they are issued for, and which calls they are asked of."""

import base64
import hashlib
from datetime import timedelta

import httpx
import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from farewave.db import Database, clock
from farewave.gateway import service
from farewave.gateway.certificates import APP_VALID, certificate_number, root_number
from farewave.gateway.keys import public_key_text
from farewave.gateway.model import App, AppCreated
from tests.gateway.calls import (
    APP_KEY,
    AUTHORITY,
    CERTIFICATES,
    PLATFORM_KEY,
    authority,
    certificate_of,
    client_of,
    gateway_app,
    node_of,
    problem_of,
    public_params,
    signed,
)

DOOR = "/gateway.do"


@pytest.fixture
async def certified(database: Database) -> AppCreated:
    """An application that signs with `APP_KEY` and has a certificate."""
    key = public_key_text(APP_KEY.public_key())
    async with database.transaction() as tx:
        made = await service.create_app(tx, name="茶馆", public_key=key, authority=AUTHORITY)
    assert isinstance(made, AppCreated)
    return made


def certified_params(app: AppCreated, **changed: str) -> dict[str, str]:
    assert app.certificate is not None
    return {
        **public_params(app.app_id),
        "app_cert_sn": app.certificate.number,
        "alipay_root_cert_sn": CERTIFICATES.root_sn,
        **changed,
    }


def test_a_number_is_the_digest_of_issuer_and_serial_number() -> None:
    certificate = certificate_of(APP_KEY, AUTHORITY)
    named = f"CN=Farewave Root CA,OU=Open Platform,O=Farewave,C=CN{certificate.serial_number}"
    assert certificate_number(certificate) == hashlib.md5(named.encode()).hexdigest()
    assert certificate.issuer == AUTHORITY.root.subject == AUTHORITY.root.issuer


def test_a_bundles_number_has_each_of_its_certificates() -> None:
    one, other = AUTHORITY.root, authority().root
    assert root_number([one, other]) == f"{certificate_number(one)}_{certificate_number(other)}"


def test_a_certificate_is_issued_by_the_root_and_can_issue_none() -> None:
    certificate = certificate_of(APP_KEY, AUTHORITY)
    certificate.verify_directly_issued_by(AUTHORITY.root)
    assert certificate.public_key() == APP_KEY.public_key()
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert [attribute.oid for attribute in certificate.subject] == [
        NameOID.COUNTRY_NAME,
        NameOID.ORGANIZATION_NAME,
        NameOID.ORGANIZATIONAL_UNIT_NAME,
        NameOID.COMMON_NAME,
    ]
    with pytest.raises(ValueError, match=r"Issuer|signature"):
        certificate.verify_directly_issued_by(certificate_of(PLATFORM_KEY, AUTHORITY))


async def test_a_long_name_is_cut_to_the_64_octets_that_a_certificate_has_room_for(
    database: Database,
) -> None:
    for name, common_name in (("铁" * 64, "铁" * 21), ("a" + "é" * 63, "a" + "é" * 31)):
        async with database.transaction() as tx:
            made = await service.create_app(tx, name=name, public_key=None, authority=AUTHORITY)
        assert isinstance(made, AppCreated)
        assert made.certificate is not None
        subject = x509.load_pem_x509_certificate(made.certificate.pem.encode()).subject
        (told,) = subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        assert told.value == common_name


async def test_an_application_with_a_certificate_is_answered_with_the_platforms(
    door: httpx.AsyncClient, certified: AppCreated
) -> None:
    answer = await door.post(DOOR, data=signed(certified_params(certified)))
    assert f',"alipay_cert_sn":"{CERTIFICATES.platform_sn}","sign":"' in answer.text
    assert problem_of(answer) == ("40004", "ACQ.TRADE_NOT_EXIST")


@pytest.mark.parametrize(
    ("changed", "sub_code"),
    [
        ({"app_cert_sn": ""}, "isv.missing-app-cert-sn"),
        ({"app_cert_sn": "0" * 32}, "isv.app-cert-not-exist"),
        pytest.param(
            {"app_cert_sn": CERTIFICATES.platform_sn}, "isv.app-cert-not-exist", id="the platform's"
        ),
        ({"alipay_root_cert_sn": ""}, "isv.missing-alipay-root-cert-sn"),
        ({"alipay_root_cert_sn": "0" * 32}, "isv.invalid-alipay-root-cert-sn"),
        ({"sign": "AAAA"}, "isv.invalid-signature"),
    ],
)
async def test_what_is_wrong_with_certificates_has_its_code(
    door: httpx.AsyncClient, certified: AppCreated, changed: dict[str, str], sub_code: str
) -> None:
    sent = {**signed(certified_params(certified, **changed)), **changed}
    answer = await door.post(DOOR, data=sent)
    assert problem_of(answer) == ("40002", sub_code)


async def test_a_certificate_that_ran_out_is_told(
    database: Database, certified: AppCreated
) -> None:
    for offset, expected in (
        (APP_VALID - timedelta(hours=1), ("40004", "ACQ.TRADE_NOT_EXIST")),
        (APP_VALID + timedelta(hours=1), ("40002", "isv.app-cert-expired")),
    ):
        async with database.transaction() as tx:
            await clock.set_offset(tx, offset)
        async with client_of(gateway_app(database)) as door:
            answer = await door.post(DOOR, data=signed(certified_params(certified)))
        assert problem_of(answer) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(f'{{"alipay_cert_sn":"{CERTIFICATES.platform_sn}"}}', None, id="its own"),
        ('{"alipay_cert_sn":"0"}', ("40002", "isv.alipay-cert-not-exist")),
        ('{"alipay_cert_sn":["0"]}', ("40002", "isv.missing-alipay-cert-sn")),
        ("{}", ("40002", "isv.missing-alipay-cert-sn")),
    ],
)
async def test_the_platforms_certificate_is_told_by_its_number_in_key_mode_too(
    door: httpx.AsyncClient, merchant_app: App, content: str, expected: tuple[str, str] | None
) -> None:
    method = "alipay.open.app.alipaycert.download"
    params = {**public_params(merchant_app.app_id, method), "biz_content": content}
    answer = await door.post(DOOR, data=signed(params))
    if expected is None:
        told = base64.b64decode(node_of(answer, method)["alipay_cert_content"])
        assert certificate_number(x509.load_pem_x509_certificate(told)) == (
            CERTIFICATES.platform_sn
        )
    else:
        assert problem_of(answer, method) == expected
