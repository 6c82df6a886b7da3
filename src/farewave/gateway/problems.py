"""Every way a call can be wrong before a method sees it, with the platform's own codes and words.

A caller's software branches on `code` and `sub_code`; `msg` and `sub_msg` are for its logs.
"""

import html
from dataclasses import dataclass, replace

_ECHO_CHARS_MAX = 4096

_MSG = {
    "20000": "Service Currently Unavailable",
    "20001": "Insufficient Token Permissions",
    "40001": "Missing Required Arguments",
    "40002": "Invalid Arguments",
    "40003": "Insufficient Conditions",
    "40004": "Business Failed",
    "40006": "Insufficient Permissions",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a call wasn't carried out."""

    code: str
    sub_code: str
    sub_msg: str

    def node(self) -> dict[str, object]:
        """The answer's node."""
        return {
            "code": self.code,
            "msg": _MSG[self.code],
            "sub_code": self.sub_code,
            "sub_msg": self.sub_msg,
        }

    def about(self, more: str) -> "Problem":
        """The same, more exact."""
        return replace(self, sub_msg=f"{self.sub_msg}：{more}")


MISSING_METHOD = Problem("40001", "isv.missing-method", "缺少方法名参数")
MISSING_APP_ID = Problem("40001", "isv.missing-app-id", "缺少appId参数")
MISSING_SIGNATURE = Problem("40001", "isv.missing-signature", "缺少签名参数")
MISSING_SIGNATURE_TYPE = Problem("40001", "isv.missing-signature-type", "缺少签名类型参数")
MISSING_TIMESTAMP = Problem("40001", "isv.missing-timestamp", "缺少时间戳参数")
MISSING_VERSION = Problem("40001", "isv.missing-version", "缺少版本参数")

INVALID_PARAMETER = Problem("40002", "isv.invalid-parameter", "参数无效")
INVALID_METHOD = Problem("40002", "isv.invalid-method", "不存在的方法名")
INVALID_FORMAT = Problem("40002", "isv.invalid-format", "无效的数据格式")
INVALID_SIGNATURE_TYPE = Problem("40002", "isv.invalid-signature-type", "无效的签名类型")
INVALID_SIGNATURE = Problem("40002", "isv.invalid-signature", "无效签名")
INVALID_ENCRYPT_TYPE = Problem("40002", "isv.invalid-encrypt-type", "无效的加密类型")
INVALID_APP_ID = Problem("40002", "isv.invalid-app-id", "无效的AppID参数")
INVALID_TIMESTAMP = Problem("40002", "isv.invalid-timestamp", "非法的时间戳参数")
MISSING_APP_CERT_SN = Problem("40002", "isv.missing-app-cert-sn", "缺少应用公钥证书序列号")
APP_CERT_NOT_EXIST = Problem("40002", "isv.app-cert-not-exist", "应用公钥证书不存在")
APP_CERT_EXPIRED = Problem("40002", "isv.app-cert-expired", "应用公钥证书已过期")
MISSING_ROOT_CERT_SN = Problem("40002", "isv.missing-alipay-root-cert-sn", "缺少支付宝根证书序列号")
INVALID_ROOT_CERT_SN = Problem("40002", "isv.invalid-alipay-root-cert-sn", "无效支付宝根证书序列号")
MISSING_PLATFORM_CERT_SN = Problem(
    "40002", "isv.missing-alipay-cert-sn", "缺少支付宝公钥证书序列号"
)
PLATFORM_CERT_NOT_EXIST = Problem("40002", "isv.alipay-cert-not-exist", "支付宝公钥证书不存在")

MISSING_ENCRYPT_TYPE = Problem(
    "40001", "isv.decryption-error-missing-encrypt-type", "解密出错, 未指定加密算法"
)
INVALID_ENCRYPT_KEY = Problem(
    "40002",
    "isv.decryption-error-not-valid-encrypt-key",
    "解密出错, 未配置加密密钥或加密密钥格式错误",
)
DECRYPTION_FAILED = Problem("40003", "isv.decryption-error-unknown", "解密出错, 未知错误")

INVALID_CHARSET = Problem("40002", "isv.invalid-charset", "字符集错误")

INVALID_APP_AUTH_TOKEN = Problem("20001", "aop.invalid-app-auth-token", "无效的应用授权令牌")
APP_AUTH_TOKEN_OVER = Problem("20001", "aop.app-auth-token-time-out", "应用授权令牌已过期")
INVALID_AUTH_TOKEN = Problem("20001", "aop.invalid-auth-token", "无效的访问令牌")
AUTH_TOKEN_OVER = Problem("20001", "aop.auth-token-time-out", "访问令牌已过期")
INSUFFICIENT_USER_PERMISSIONS = Problem(
    "40006", "isv.insufficient-user-permissions", "用户权限不足"
)

INVALID_GRANT_TYPE = Problem("40002", "isv.grant-type-invalid", "授权类型grant_type无效")
INVALID_CODE = Problem("40002", "isv.code-invalid", "授权码code无效")
INVALID_REFRESH_TOKEN = Problem("40002", "isv.refresh-token-invalid", "刷新令牌refresh_token无效")
REFRESH_TOKEN_OVER = Problem("40002", "isv.refresh-token-time-out", "刷新令牌refresh_token过期")
UNMATCHED_APP_ID = Problem("40002", "isv.unmatched-app-id", "应用APPID不匹配")

UNAVAILABLE = Problem("20000", "isp.unknow-error", "系统繁忙，请稍后再试")
"""The result is unknown: ask for the trade's state."""


def too_large(what: str) -> Problem:
    """More than the gateway takes in one call."""
    return INVALID_PARAMETER.about(f"{what}过大")


def invalid_signature(octets: bytes, charset: str) -> Problem:
    """With what the gateway verified, so that a merchant can compare it with what was signed."""
    text = octets.decode(charset, errors="replace")
    shown = text if len(text) <= _ECHO_CHARS_MAX else text[:_ECHO_CHARS_MAX] + "…"
    return replace(
        INVALID_SIGNATURE,
        sub_msg="验签出错，建议检查签名字符串或签名私钥与应用公钥是否匹配，"
        f"网关生成的验签字符串为：{html.escape(shown)}",
    )
