"""Drives the official Python SDK: a question a line of JSON in, an answer a line of JSON out.

Runs in the SDK's own environment, which has nothing of this project.
"""

import importlib
import json
import sys

from alipay.aop.api.AlipayClientConfig import AlipayClientConfig
from alipay.aop.api.DefaultAlipayClient import DefaultAlipayClient
from alipay.aop.api.FileItem import FileItem
from alipay.aop.api.util.SignatureUtils import (
    get_sign_content,
    sign_with_rsa,
    sign_with_rsa2,
    verify_with_rsa,
)


def client_of(config):
    made = AlipayClientConfig()
    for name, value in config.items():
        setattr(made, name, value)
    return DefaultAlipayClient(made)


def class_of(method, kind, folder):
    """`alipay.trade.query` → AlipayTradeQueryRequest, …Model, …Response."""
    stem = "".join(part.capitalize() for word in method.split(".") for part in word.split("_"))
    name = stem + kind
    return getattr(importlib.import_module(f"alipay.aop.api.{folder}.{name}"), name)


def request_of(asked):
    method = asked["method"]
    request = class_of(method, "Request", "request")()
    if "content" in asked:
        request.biz_content = asked["content"]
    for name, value in asked.get("public", {}).items():
        setattr(request, name, value)
    for name, value in asked.get("texts", {}).items():
        request.add_other_text_param(name, value)
    for name, text in asked.get("files", {}).items():
        setattr(request, name, FileItem(f"{name}.txt", text.encode(), "text/plain"))
    return request


def execute(asked):
    said = client_of(asked["config"]).execute(request_of(asked))
    response = class_of(asked["method"], "Response", "response")()
    response.parse_response_content(said)
    read = {
        name: getattr(response, name)
        for name in dir(type(response))
        if isinstance(getattr(type(response), name), property)
    }
    return {
        "node": json.loads(said),
        "success": response.is_success(),
        "read": {name: value for name, value in read.items() if isinstance(value, str)},
    }


def sign(asked):
    content = get_sign_content(asked["params"])
    of_type = {"RSA2": sign_with_rsa2, "RSA": sign_with_rsa}[asked["sign_type"]]
    return {"content": content, "sign": of_type(asked["private_key"], content, asked["charset"])}


def verify(asked):
    octets = asked["content"].encode(asked["charset"])
    try:
        return {"verified": verify_with_rsa(asked["public_key"], octets, asked["sign"])}
    except Exception as wrong:
        return {"verified": False, "why": type(wrong).__name__}


ANSWERS = {
    "execute": execute,
    "page_get": lambda asked: client_of(asked["config"]).page_execute(request_of(asked), "GET"),
    "page_post": lambda asked: client_of(asked["config"]).page_execute(request_of(asked)),
    "sdk": lambda asked: client_of(asked["config"]).sdk_execute(request_of(asked)),
    "sign": sign,
    "verify": verify,
}

for line in sys.stdin:
    asked = json.loads(line)
    try:
        answer = {"answer": ANSWERS[asked["do"]](asked)}
    except Exception as raised:
        answer = {"raised": type(raised).__name__, "said": str(raised)}
    print(json.dumps(answer), flush=True)
