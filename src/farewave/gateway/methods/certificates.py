"""alipay.open.app.alipaycert.download: the platform's certificate, by its number."""

import base64

from farewave.gateway.certificates import PlatformCertificates
from farewave.gateway.methods.family import AnyMethod, Content, Done, PlatformMethod
from farewave.gateway.problems import (
    MISSING_PLATFORM_CERT_SN,
    PLATFORM_CERT_NOT_EXIST,
    Problem,
)


def read_number(content: Content) -> str | Problem:
    """The certificate's number."""
    number = content.get("alipay_cert_sn")
    return number if isinstance(number, str) and number else MISSING_PLATFORM_CERT_SN


def download(certificates: PlatformCertificates, number: str) -> Done | Problem:
    """Base64 of the certificate's PEM."""
    if number != certificates.platform_sn:
        return PLATFORM_CERT_NOT_EXIST
    return {"alipay_cert_content": base64.b64encode(certificates.platform_pem.encode()).decode()}


METHODS: tuple[AnyMethod, ...] = (
    PlatformMethod("alipay.open.app.alipaycert.download", read_number, download),
)
