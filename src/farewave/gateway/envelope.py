"""The answer's octets: `{"<method>_response":{…},"sign":"…"}`, in the caller's charset. Pure.

The SDKs cut the node out of the text in their own ways: so it is compact, comes first, is followed
by nothing but its signature, and no brace stands inside of its strings.
"""

import json
import re
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import rsa

from farewave.gateway.content import encrypted
from farewave.gateway.signing import SignType, sign

Node = dict[str, object]
"""JSON of one answer; its values are text, or lists and objects of text."""

ERROR_NODE = "error_response"
_METHOD = re.compile(r"[A-Za-z][A-Za-z_.]{0,126}[A-Za-z]")
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


def node_name(method: str | None) -> str:
    """`alipay.trade.query` → `alipay_trade_query_response`; what can't be a name: an error's."""
    if method is None or _METHOD.fullmatch(method) is None:
        return ERROR_NODE
    return method.replace(".", "_") + "_response"


def node_octets(node: Node, charset: str) -> bytes:
    """Compact JSON; characters that `charset` hasn't are escaped, and so are braces in strings."""
    text = _ENCODER.encode(node)
    if text.count("{") + text.count("}") != 2 * _objects(node):  # some stand inside of strings
        text = _STRING.sub(_without_braces, text)
    try:
        return text.encode(charset)
    except UnicodeEncodeError:
        return "".join(_encodable(letter, charset) for letter in text).encode(charset)


@dataclass(frozen=True, slots=True, repr=False)
class Encrypted:
    """A node that leaves as a ciphertext, by the caller's own key."""

    node: Node
    content_key: bytes


def answer_octets(
    name: str,
    node: Node | Encrypted,
    *,
    charset: str,
    key: rsa.RSAPrivateKey,
    sign_type: SignType,
    cert_sn: str | None = None,
) -> bytes:
    """The whole signed answer.

    A ciphertext is signed with its quotes. `cert_sn` is for who called with a certificate: others'
    SDKs bear nothing between the node and its signature.
    """
    if isinstance(node, Encrypted):
        plain = node_octets(node.node, charset)
        inner = b'"' + encrypted(plain, node.content_key) + b'"'
    else:
        inner = node_octets(node, charset)
    signature = sign(inner, key, sign_type).encode()
    named = b"" if cert_sn is None else b',"alipay_cert_sn":"' + cert_sn.encode() + b'"'
    return b'{"' + name.encode() + b'":' + inner + named + b',"sign":"' + signature + b'"}'


def _objects(value: object) -> int:
    """How many JSON objects `value` is made of."""
    if isinstance(value, str):
        return 0
    if isinstance(value, dict):
        return 1 + sum(_objects(inner) for inner in value.values() if not isinstance(inner, str))
    return sum(map(_objects, value)) if isinstance(value, list) else 0


def _without_braces(string: re.Match[str]) -> str:
    return string.group().replace("{", "\\u007b").replace("}", "\\u007d")


def _encodable(letter: str, charset: str) -> str:
    try:
        letter.encode(charset)
    except UnicodeEncodeError:
        return json.dumps(letter)[1:-1]  # all ASCII, as \uXXXX
    return letter
