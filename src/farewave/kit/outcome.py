"""Refusals: what a user can cause comes back as a value, not as an exception.

Each context lists its refusals as an enum of `RefusalCode` in its `errors.py`, in order of
precedence. A code is public and never reused. A service returns its result or a `Refused`; the edge
turns a `Refused` into an HTTP answer with the code and a sentence in the caller's language.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

Language = Literal["zh", "en"]


class RefusalCode(Enum):
    """Base of each context's refusals: `NAME = code, http_status, zh, en`.

    `zh` and `en` are sentences for a person; they may hold `{names}` that `Refused.details` fills.
    """

    def __init__(self, code: str, http_status: int, zh: str, en: str) -> None:
        self.code = code
        self.http_status = http_status
        self.zh = zh
        self.en = en


@dataclass(frozen=True, slots=True)
class Refused:
    """A refusal with what its sentence needs to be exact.

    The edge rolls the transaction back, unless `keep_changes` says that what was written is the
    point (a wrong try that was counted).
    """

    reason: RefusalCode
    details: Mapping[str, str | int] = field(default_factory=dict)
    keep_changes: bool = False

    def sentence(self, language: Language) -> str:
        """The sentence for a person, in `language`."""
        template = self.reason.zh if language == "zh" else self.reason.en
        return template.format_map(self.details)


class KitRefusal(RefusalCode):
    """Refusals that any door can give."""

    TOO_SLOW = (
        "request.too_slow",
        408,
        "提交的内容未及时到达。",
        "What was sent didn't arrive in time.",
    )
    BODY_TOO_LARGE = (
        "request.too_large",
        413,
        "提交的内容过大。",
        "What was sent is too large.",
    )
    NOT_JSON_TYPE = (
        "request.not_json_type",
        415,
        "请求内容的类型必须是 application/json。",
        "The body's type must be application/json.",
    )
    NOT_JSON = ("request.not_json", 400, "请求内容不是有效的 JSON。", "The body isn't valid JSON.")
    INVALID = (
        "request.invalid",
        422,
        "填写的内容有误：{fields}。",
        "Something isn't filled in correctly: {fields}.",
    )
    NOT_FOUND = ("request.not_found", 404, "没有找到。", "There is nothing here.")
    METHOD_NOT_ALLOWED = (
        "request.method_not_allowed",
        405,
        "不支持这种操作。",
        "That isn't possible here.",
    )
    FOREIGN_ORIGIN = (
        "request.foreign_origin",
        403,
        "请求来自其他网站，已拒绝。",
        "The request came from another site and was refused.",
    )
    KEY_MISSING = (
        "request.key_missing",
        400,
        "缺少 Idempotency-Key。",
        "The Idempotency-Key header is missing or malformed.",
    )
    KEY_CONFLICT = (
        "request.key_conflict",
        409,
        "同一个请求号已用于不同的内容。",
        "This Idempotency-Key was already used with another body.",
    )
    SANDBOX_ONLY = (
        "request.sandbox_only",
        403,
        "仅沙箱环境可用。",
        "This exists in the sandbox only.",
    )
    UNAVAILABLE = (
        "service.unavailable",
        503,
        "服务暂时不可用，结果未知，请用同一请求号重试。",
        "The service is unavailable; the result is unknown. Ask again with the same key.",
    )
    BUG = (
        "service.bug",
        500,
        "服务出现内部错误，已记录。",
        "Something went wrong here; it has been noted.",
    )
