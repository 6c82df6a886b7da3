"""A call's parameters, from wherever its SDK put them: query, form and multipart, UTF-8 and GBK.

They are kept as the octets that were received, since those were signed, and as text.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from farewave.gateway.problems import INVALID_CHARSET, INVALID_PARAMETER, Problem, too_large

PARAMETERS_MAX = 200
_ESCAPES = re.compile(rb"(?:%[0-9A-Fa-f]{2})+")
_ESCAPES_MANY = 4096
_FORM = "application/x-www-form-urlencoded"
_CODECS = {"utf-8": "utf-8", "utf8": "utf-8", "gbk": "gbk", "gb2312": "gbk", "gb18030": "gb18030"}
Pair = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True, repr=False)
class Received:
    """What came: `octets` are percent-decoded values, `text` the same in `charset`.

    With a `problem` they may be incomplete, and serve only to answer it in the caller's form.
    """

    octets: dict[bytes, bytes]
    text: dict[str, str]
    charset: str
    problem: Problem | None


def read_parameters(query: bytes, content_type: str, body: bytes | None) -> Received:
    """The parameters of one request; `body` is None when it was too large to be read."""
    in_query = form_pairs(query)
    in_body = None if body is None else _body_pairs(content_type, body)
    merged, problem = _merged(in_query, in_body or [])
    if body is None:
        problem = too_large("请求内容")
    elif in_body is None:
        problem = problem or INVALID_PARAMETER.about("multipart")
    charset = _CODECS.get((merged.get(b"charset") or b"utf-8").decode("latin-1").lower())
    if charset is None:
        problem = problem or INVALID_CHARSET
    text = _decoded(merged, charset or "utf-8")
    if text is None:
        problem = problem or INVALID_CHARSET
        text = {
            name.decode("utf-8", "replace"): value.decode("utf-8", "replace")
            for name, value in merged.items()
        }
    return Received(merged, text, charset or "utf-8", problem)


def form_pairs(octets: bytes) -> list[Pair]:
    """`a=1&b=2` → pairs, percent-decoded; blanks may come as `+` or `%20`.

    Of more than `PARAMETERS_MAX`, one more is there to tell so.
    """
    fields = octets.replace(b"+", b" ").split(b"&")
    if len(fields) > PARAMETERS_MAX:
        fields = [field for field in fields if field][: PARAMETERS_MAX + 1]
    decode = unquote_to_bytes if octets.count(b"%") <= _ESCAPES_MANY else _percent_decoded
    pairs = []
    for field in fields:
        if b"%" in field:
            name, _, value = field.partition(b"=")
            pairs.append((decode(name), decode(value)))
        elif field:
            name, _, value = field.partition(b"=")
            pairs.append((name, value))
    return pairs


def _percent_decoded(octets: bytes) -> bytes:
    """As `unquote_to_bytes`, which takes a second for a megabyte of percent signs."""
    return _ESCAPES.sub(lambda run: bytes.fromhex(run[0].replace(b"%", b"").decode()), octets)


def _body_pairs(content_type: str, body: bytes) -> list[Pair] | None:
    if content_type.startswith(_FORM):
        return form_pairs(body)
    boundary = boundary_of(content_type)
    return form_pairs(body) if boundary is None else multipart_pairs(boundary, body)


def boundary_of(content_type: str) -> bytes | None:
    """What stands between the parts of a multipart body; None when it isn't one."""
    media_type, options = parse_options_header(content_type)
    return options.get(b"boundary", b"") if media_type == b"multipart/form-data" else None


class _Parts:
    """Gathers a multipart body's text fields. Files are left out: they are never signed."""

    def __init__(self) -> None:
        self.pairs: list[Pair] = []
        self.whole = False
        self._begun = 0
        self._header: list[bytes] = [b"", b""]
        self._name: bytes | None = None
        self._value = bytearray()

    def on_part_begin(self) -> None:
        self._begun += 1
        if self._begun > PARAMETERS_MAX:
            raise FormParserError("more parts than parameters are taken")
        self._name, self._value = None, bytearray()

    def on_header_begin(self) -> None:
        self._header = [b"", b""]

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header[0] += data[start:end]

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header[1] += data[start:end]

    def on_header_end(self) -> None:
        if self._header[0].lower() == b"content-disposition":
            _, options = parse_options_header(self._header[1])
            if b"filename" not in options:
                self._name = options.get(b"name")

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._name is not None:
            self._value += data[start:end]

    def on_part_end(self) -> None:
        if self._name is not None:
            self.pairs.append((self._name, bytes(self._value)))

    def on_end(self) -> None:
        self.whole = True


def multipart_pairs(boundary: bytes, body: bytes) -> list[Pair] | None:
    """The text fields of a multipart body, or None when it isn't whole or well-formed."""
    if not boundary:
        return None
    parts = _Parts()
    try:
        parser = MultipartParser(
            boundary,
            {
                "on_part_begin": parts.on_part_begin,
                "on_header_begin": parts.on_header_begin,
                "on_header_field": parts.on_header_field,
                "on_header_value": parts.on_header_value,
                "on_header_end": parts.on_header_end,
                "on_part_data": parts.on_part_data,
                "on_part_end": parts.on_part_end,
                "on_end": parts.on_end,
            },
        )
        parser.write(body)
        parser.finalize()
    except FormParserError:
        return None
    return parts.pairs if parts.whole else None


def _merged(in_query: list[Pair], in_body: list[Pair]) -> tuple[dict[bytes, bytes], Problem | None]:
    """All of them once. Page forms repeat `charset` in query and body: equal values are one."""
    if len(in_query) + len(in_body) > PARAMETERS_MAX:
        return dict(in_query[:PARAMETERS_MAX]), too_large("参数数量")
    merged = dict((*in_query, *in_body))
    if len(merged) == len(in_query) + len(in_body):
        return merged, None
    merged.clear()
    repeated = _repeated(in_query) or _repeated(in_body)
    for name, value in (*in_query, *in_body):
        if merged.setdefault(name, value) != value:
            repeated = repeated or name
    if repeated is None:
        return merged, None
    shown = repeated.decode("ascii", "replace")[:32]
    return merged, INVALID_PARAMETER.about(f"重复的参数 {shown}")


def _repeated(pairs: Iterable[Pair]) -> bytes | None:
    seen: set[bytes] = set()
    for name, _ in pairs:
        if name in seen:
            return name
        seen.add(name)
    return None


def _decoded(pairs: dict[bytes, bytes], charset: str) -> dict[str, str] | None:
    try:
        return {name.decode(charset): value.decode(charset) for name, value in pairs.items()}
    except UnicodeDecodeError:
        return None
