"""What people and operators can be refused. Refused calls are in `problems`."""

from farewave.kit.outcome import RefusalCode


class GatewayRefusal(RefusalCode):
    """In order of precedence."""

    NAME_INVALID = (
        "gateway.name_invalid",
        422,
        "应用名称须为 1 至 64 个字符。",
        "The application's name must have 1 to 64 characters.",
    )
    APP_NOT_FOUND = (
        "gateway.app_not_found",
        404,
        "没有找到这个应用。",
        "There is no such application.",
    )
    REQUEST_INVALID = (
        "gateway.certificate_request_invalid",
        422,
        "证书请求须为 PEM 格式的 CSR，密钥为 2048 至 4096 位的 RSA。",
        "The certificate request must be a CSR in PEM, of an RSA key of 2048 to 4096 bits.",
    )
    PUBLIC_KEY_INVALID = (
        "gateway.public_key_invalid",
        422,
        "应用公钥须为 2048 至 4096 位的 RSA 公钥。",
        "The application's public key must be an RSA key of 2048 to 4096 bits.",
    )
    REDIRECT_INVALID = (
        "gateway.redirect_invalid",
        422,
        "回调地址须为完整的 http 或 https 地址，不超过 256 个字符，且不含平台自己的参数。",
        "A redirect address must be a whole http or https address of up to 256 characters, without"
        " parameters of the platform's own.",
    )
    REDIRECT_NOT_REGISTERED = (
        "gateway.redirect_not_registered",
        422,
        "回调地址未在该应用登记，已拒绝跳转。",
        "The application didn't register this redirect address, so nobody is sent there.",
    )
    SCOPE_INVALID = (
        "gateway.scope_invalid",
        422,
        "授权范围须为 auth_base 或 auth_user。",
        "The scope must be auth_base or auth_user.",
    )
    STATE_INVALID = (
        "gateway.state_invalid",
        422,
        "state 参数不能超过 512 个字符。",
        "The parameter state may have 512 characters at most.",
    )
    CONSENT_OVER = (
        "gateway.consent_over",
        409,
        "授权页面已失效，请返回应用重新发起。",
        "This page is out of date. Go back to the application and start again.",
    )
    OWN_APPLICATION = (
        "gateway.own_application",
        409,
        "这是您自己的应用，无需授权。",
        "This is an application of your own. It needs no authorisation.",
    )
    METHOD_UNKNOWN = (
        "gateway.method_unknown",
        422,
        "开放平台没有这个方法。",
        "The Open Platform has no such method.",
    )
