"""Refusal codes are public: well-formed, told apart, with a whole sentence in both languages."""

import importlib
import re
import string

import pytest

from farewave.kit.outcome import KitRefusal, RefusalCode, Refused

CONTEXTS = ("people", "banks", "wallet", "payments", "gateway", "console", "rail")
_CODE = re.compile(r"[a-z]+\.[a-z0-9_]+")


def every_refusal() -> list[RefusalCode]:
    families: list[type[RefusalCode]] = [KitRefusal]
    for context in CONTEXTS:
        module = importlib.import_module(f"farewave.{context}.errors")
        families += [
            thing
            for thing in vars(module).values()
            if isinstance(thing, type) and issubclass(thing, RefusalCode) and list(thing)
        ]
    return [member for family in dict.fromkeys(families) for member in family]


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("refusal", every_refusal(), ids=lambda refusal: refusal.code)
def test_a_refusal_has_a_code_a_status_and_two_sentences(refusal: RefusalCode) -> None:
    assert _CODE.fullmatch(refusal.code)
    assert 400 <= refusal.http_status < 500 or refusal in (
        KitRefusal.UNAVAILABLE,
        KitRefusal.BUG,
    )
    assert refusal.zh.strip()
    assert refusal.en.strip()
    assert placeholders(refusal.zh) == placeholders(refusal.en)
    details = dict.fromkeys(placeholders(refusal.zh), 1)
    assert "{" not in Refused(refusal, details).sentence("zh")


def test_no_code_is_used_twice() -> None:
    codes = [refusal.code for refusal in every_refusal()]
    assert len(codes) == len(set(codes))
