"""Fields of `biz_content` at and beyond their bounds."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farewave.gateway.methods import METHODS
from farewave.gateway.methods.fields import read_object
from farewave.gateway.methods.trades import CreateTrade
from farewave.gateway.problems import Problem

CREATE = "alipay.trade.create"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
FIELDS = (
    "out_trade_no", "trade_no", "subject", "total_amount", "refund_amount", "out_request_no",
    "buyer_id", "time_expire", "timeout_express", "body",
)  # fmt: skip


def read_create(**changed: object) -> CreateTrade | Problem:
    content = {"out_trade_no": "T1", "subject": "s", "total_amount": "9.5", "buyer_id": "2088"}
    parsed = read_object(json.dumps({**content, **changed}))
    assert parsed is not None
    command = METHODS[CREATE].read(parsed)
    assert isinstance(command, CreateTrade | Problem)
    return command


@pytest.mark.parametrize(
    "amount",
    [
        *("0.001", "0", "0.00", "-1", "1e9", "1000000000", "100000000.01", "NaN", "Infinity"),
        *("", " 1", "1.", ".5", "01", "１", "9" * 99),
        *(0, -1, 0.001, 1e9, 1e400, float("nan"), True, None, [], {}),
    ],
)
def test_an_amount_that_is_none_is_an_invalid_parameter(amount: object) -> None:
    problem = read_create(total_amount=amount)
    assert isinstance(problem, Problem)
    assert (problem.code, problem.sub_code) == ("40004", "ACQ.INVALID_PARAMETER")


@pytest.mark.parametrize(
    ("amount", "amount_fen"),
    [("0.01", 1), (0.01, 1), (0.1, 10), (12, 1200), ("9.5", 950), ("100000000", 100_000_000_00)],
)
def test_an_amount_comes_as_text_or_number(amount: object, amount_fen: int) -> None:
    command = read_create(total_amount=amount)
    assert isinstance(command, CreateTrade)
    assert command.amount_fen == amount_fen


@pytest.mark.parametrize(
    "changed",
    [
        {"out_trade_no": "x" * 65},
        {"out_trade_no": ""},
        {"out_trade_no": "a\x00"},
        {"out_trade_no": "\ud800"},
        {"out_trade_no": ["T1"]},
        {"subject": "x" * 257},
        {"subject": ""},
        {"subject": None},
        {"buyer_id": None},
        {"body": "x" * 129},
        {"passback_params": "x" * 513},
        {"time_expire": "tomorrow"},
        {"time_expire": "9999-12-31 23:59:59"},
        {"time_expire": "0001-01-01 00:00:00"},
        {"timeout_express": "20"},
        {"timeout_express": "0m"},
        {"timeout_express": "-1m"},
        {"timeout_express": "1.5h"},
        {"timeout_express": "16d"},
        {"timeout_express": "2c"},
        {"timeout_express": "99999999d"},
    ],
)
def test_a_field_out_of_its_bounds_is_an_invalid_parameter(changed: dict[str, object]) -> None:
    problem = read_create(**changed)
    assert isinstance(problem, Problem)
    assert (problem.code, problem.sub_code) == ("40004", "ACQ.INVALID_PARAMETER")
    assert next(iter(changed)) in problem.sub_msg


@given(st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_no_content_makes_a_reader_raise(content: dict[str, object]) -> None:
    parsed = read_object(json.dumps(content))
    assert parsed is not None
    for method in METHODS.values():
        assert method.read(parsed) is not None


@pytest.mark.parametrize("text", ["", "[]", "1", "{", '{"a":}', "NaN", "[" * 100_000])
def test_what_is_no_object_is_none(text: str) -> None:
    assert read_object(text) is None
