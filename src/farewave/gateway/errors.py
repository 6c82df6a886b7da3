"""What can be refused when an application is made. Refused calls are in `problems`."""

from farewave.kit.outcome import RefusalCode


class GatewayRefusal(RefusalCode):
    """In order of precedence."""

    NAME_INVALID = (
        "gateway.name_invalid",
        422,
        "应用名称须为 1 至 64 个字符。",
        "The application's name must have 1 to 64 characters.",
    )
    PUBLIC_KEY_INVALID = (
        "gateway.public_key_invalid",
        422,
        "应用公钥须为 2048 至 4096 位的 RSA 公钥。",
        "The application's public key must be an RSA key of 2048 to 4096 bits.",
    )
