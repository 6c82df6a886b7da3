"""Each way a call's parameters can be wrong, by SDKs that sign whatever they are told to send.

The answer has the platform's code and sentence, in the method's own node, and the SDK has verified
its signature before it is looked at here.
"""

import pytest

from tests.protocol.cases import WRONG
from tests.protocol.conftest import HTTP_PORT
from tests.protocol.merchant import Merchant
from tests.support.sdks import Sdk

METHOD = "alipay.trade.query"
MSG = {
    "20001": "Insufficient Token Permissions",
    "40001": "Missing Required Arguments",
    "40002": "Invalid Arguments",
}
EACH_WAY = pytest.mark.parametrize(
    ("name", "value", "code", "sub_code", "sub_msg"),
    WRONG,
    ids=[f"{name}={value}" for name, value, *_ in WRONG],
)


def expected(code: str, sub_code: str, sub_msg: str) -> dict[str, str]:
    return {"code": code, "msg": MSG[code], "sub_code": sub_code, "sub_msg": sub_msg}


@EACH_WAY
def test_fzlees_sdk_is_told_what_is_wrong(
    fzlee: Sdk, merchant: Merchant, name: str, value: str, code: str, sub_code: str, sub_msg: str
) -> None:
    node = fzlee.ask(
        "call",
        config=merchant.fzlee(),
        name="server_api",
        args=[METHOD, {"out_trade_no": "1"}],
        kwargs={name: value},
    )
    assert node == expected(code, sub_code, sub_msg)


def test_a_content_that_is_no_object_is_told(fzlee: Sdk, merchant: Merchant) -> None:
    for content in ("no JSON", "[]", '"1"', '{"out_trade_no":' * 1_000):
        asked = {"name": "server_api", "args": [METHOD, content]}
        node = fzlee.ask("call", config=merchant.fzlee(), **asked)
        assert node == expected("40002", "isv.invalid-parameter", "参数无效：biz_content")


@EACH_WAY
def test_the_node_sdk_is_told_what_is_wrong(
    node: Sdk, merchant: Merchant, name: str, value: str, code: str, sub_code: str, sub_msg: str
) -> None:
    params: dict[str, object] = {"bizContent": {"outTradeNo": "1"}}
    params[camel(name)] = value
    said = node.ask(
        "exec",
        config=merchant.node(),
        method=METHOD,
        params=params,
        options={"validateSign": True},
    )
    assert said == expected(code, sub_code, sub_msg)


def camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


@pytest.mark.parametrize(
    ("name", "value"),
    [("app_id", "2021000000000000"), ("format", "xml"), ("notify_url", "ftp://x")],
)
def test_the_official_python_sdk_is_told_what_is_wrong(
    official_python: Sdk, merchant: Merchant, name: str, value: str
) -> None:
    if merchant.server.port != HTTP_PORT:
        pytest.skip("port 80 isn't allowed here, and the official Python SDK can't take another")
    changed, public = ({}, {name: value}) if name == "notify_url" else ({name: value}, {})
    answer = official_python.ask(
        "execute",
        config=merchant.official(**changed),
        method=METHOD,
        content={"out_trade_no": "1"},
        public=public,
    )
    (told,) = (rest for each, given, *rest in WRONG if (each, given) == (name, value))
    assert answer["node"] == expected(*told)
