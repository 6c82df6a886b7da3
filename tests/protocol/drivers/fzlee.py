"""Drives fzlee's Python SDK: a question a line of JSON in, an answer a line of JSON out.

Runs in the SDK's own environment, which has nothing of this project.
"""

import json
import sys

from alipay import AliPay, DCAliPay, ISVAliPay


def client_of(config):
    options = dict(config)
    gateway = options.pop("gateway", None)
    kind = DCAliPay if "app_public_key_cert_string" in options else AliPay
    if "app_auth_token" in options or "app_auth_code" in options:
        kind = ISVAliPay
    made = kind(**options)
    if gateway is not None:
        made._gateway = gateway  # it has no option for it
    return made


def call(asked):
    """One of its methods by name: an `api_…`, `server_api`, `client_api`."""
    client = client_of(asked["config"])
    return getattr(client, asked["name"])(*asked.get("args", []), **asked.get("kwargs", {}))


ANSWERS = {
    "call": call,
    "sign": lambda asked: client_of(asked["config"])._sign(asked["content"]),
    "verify": lambda asked: client_of(asked["config"]).verify(asked["params"], asked["sign"]),
    "numbers": lambda asked: [
        DCAliPay.get_cert_sn(asked["certificate"]),
        DCAliPay.get_root_cert_sn(asked["root"]),
    ],
}

for line in sys.stdin:
    asked = json.loads(line)
    try:
        answer = {"answer": ANSWERS[asked["do"]](asked)}
    except Exception as raised:
        answer = {"raised": type(raised).__name__, "said": str(raised)}
    print(json.dumps(answer), flush=True)
