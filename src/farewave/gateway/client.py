"""A client of the Open Platform: this one in process, or any gateway of the protocol over HTTP."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import httpx
from cryptography.hazmat.primitives.asymmetric import rsa

from farewave.gateway.envelope import ERROR_NODE, node_name
from farewave.gateway.posting import NoReply, post_form
from farewave.gateway.signing import notification_verified, signed_request, verified
from farewave.kit.clock import shanghai_text

TIMEOUT_S = 8.0
ANSWER_BYTES_MAX = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answered:
    """The platform's own answer, its signature verified. Code 20000 says: result unknown."""

    code: str
    sub_code: str
    msg: str
    sub_msg: str
    node: dict[str, object]


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Nothing came, or nothing that proves anything: the call may have worked."""

    why: str


class OpenPlatformClient:
    """Calls as one application. `gateway_url` is the whole address of the gateway's door."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        gateway_url: str,
        app_id: str,
        private_key: rsa.RSAPrivateKey,
        platform_public_key: rsa.RSAPublicKey,
        *,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._http = http
        self._gateway_url = gateway_url
        self._app_id = app_id
        self._private_key = private_key
        self._platform_public_key = platform_public_key
        self._timeout_s = timeout_s

    async def call(
        self,
        method: str,
        biz_content: Mapping[str, object],
        *,
        notify_url: str | None = None,
        now: datetime,
    ) -> Answered | NoAnswer:
        """Call `method`. Raises nothing for what the network or the platform can do."""
        public = {
            "app_id": self._app_id,
            "method": method,
            "format": "json",
            "charset": "utf-8",
            "sign_type": "RSA2",
            "timestamp": shanghai_text(now),
            "version": "1.0",
        }
        if notify_url:
            public["notify_url"] = notify_url
        content = json.dumps(biz_content, ensure_ascii=False, separators=(",", ":"))
        params = signed_request({**public, "biz_content": content}, self._private_key)
        form = {"biz_content": params.pop("biz_content")}
        reply = await post_form(
            self._http,
            self._gateway_url,
            form,
            query=params,
            timeout_s=self._timeout_s,
            reply_bytes_max=ANSWER_BYTES_MAX,
        )
        return NoAnswer(reply.why) if isinstance(reply, NoReply) else self._answered(method, reply)

    def _answered(self, method: str, body: bytes) -> Answered | NoAnswer:
        cut = cut_answer(method, body)
        if cut is None:
            return NoAnswer("malformed answer")
        node, octets, signature = cut
        if not verified(octets, signature, self._platform_public_key, "RSA2"):
            return NoAnswer("wrong signature")
        code, msg = node.get("code"), node.get("msg")
        sub_code, sub_msg = node.get("sub_code", ""), node.get("sub_msg", "")
        if not all(isinstance(value, str) for value in (code, msg, sub_code, sub_msg)):
            return NoAnswer("malformed answer")
        return Answered(str(code), str(sub_code), str(msg), str(sub_msg), node)


def cut_answer(method: str, body: bytes) -> tuple[dict[str, object], bytes, str] | None:
    """The node of an answer, its octets exactly as received, and the signature beside it."""
    try:
        text = body.decode()
        whole = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(whole, dict) or not isinstance(whole.get("sign"), str):
        return None
    name = next((name for name in (node_name(method), ERROR_NODE) if name in whole), None)
    if name is None or not isinstance(whole[name], dict):
        return None
    # The platform puts the node first: what stands elsewhere under this name isn't what it signed.
    head = f'{{"{name}":'
    if not text.startswith(head):
        return None
    node, end = json.JSONDecoder().raw_decode(text, len(head))
    if node != whole[name]:
        return None
    return node, text[len(head) : end].encode(), whole["sign"]


def verify_notification(params: Mapping[str, str], platform_public_key: rsa.RSAPublicKey) -> bool:
    """Whether a notification is the platform's own."""
    return notification_verified(params, platform_public_key)
