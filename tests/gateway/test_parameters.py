"""A call's parameters arrive in every mix of query, form and multipart, in UTF-8 and GBK."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farewave.gateway.parameters import PARAMETERS_MAX, read_parameters
from tests.gateway.calls import encoded

FORM = "application/x-www-form-urlencoded;charset=utf-8"


def multipart(fields: dict[str, str], *, charset: str = "utf-8", end: str = "--") -> bytes:
    parts = "".join(
        f'--BOUND\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    file = (
        '--BOUND\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n'
        "Content-Type: image/png\r\n\r\nbytes\r\n"
    )
    return f"{parts}{file}--BOUND{end}\r\n".encode(charset)


def test_query_and_form_are_one() -> None:
    got = read_parameters(b"app_id=1&notify_url=", FORM, b"biz_content=%7B%7D&x=a+b%20c")
    assert got.text == {"app_id": "1", "notify_url": "", "biz_content": "{}", "x": "a b c"}
    assert got.problem is None


@given(st.dictionaries(st.text(min_size=1), st.text()))
def test_any_text_comes_back_from_a_form(fields: dict[str, str]) -> None:
    fields.pop("charset", None)
    got = read_parameters(encoded(fields).encode(), "", b"")
    assert got.text == fields
    assert got.problem is None


@pytest.mark.parametrize("escapes", [1, 5000])
def test_what_is_no_escape_stays_as_it_is(escapes: int) -> None:
    """However many there are: many are decoded in another way."""
    body = b"a=%e4%B8%ad%&b=%zz%4&c=" + b"%41" * escapes
    got = read_parameters(b"", FORM, body)
    assert got.octets == {b"a": "中%".encode(), b"b": b"%zz%4", b"c": b"A" * escapes}


def test_multipart_gives_its_text_fields_and_leaves_out_files() -> None:
    body = multipart({"biz_content": '{"a":"中 文"}', "empty": ""})
    got = read_parameters(b"method=m", "multipart/form-data; boundary=BOUND", body)
    assert got.text == {"method": "m", "biz_content": '{"a":"中 文"}', "empty": ""}
    assert got.problem is None


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", multipart({"a": "1"})),
        ("multipart/form-data; boundary=OTHER", multipart({"a": "1"})),
        ("multipart/form-data; boundary=BOUND", multipart({"a": "1"}, end="")),
        ("multipart/form-data; boundary=BOUND", b""),
        ("multipart/form-data; boundary=" + "B" * 5000, b"--"),
    ],
)
def test_broken_multipart_is_told(content_type: str, body: bytes) -> None:
    got = read_parameters(b"method=m", content_type, body)
    assert got.problem is not None
    assert got.problem.sub_code == "isv.invalid-parameter"
    assert got.text["method"] == "m"


@pytest.mark.parametrize("name", ["GBK", "gbk", "gb2312", "GB18030"])
def test_values_are_decoded_in_their_charset_and_kept_as_octets(name: str) -> None:
    got = read_parameters(f"charset={name}&a=%C6%B1".encode(), "", b"")
    assert got.text["a"] == "票"
    assert got.octets[b"a"] == "票".encode("gbk")
    assert got.problem is None


@pytest.mark.parametrize(
    "query", ["charset=latin-1", "charset=%FF", "a=%FF", "charset=GBK&a=%FF%FF"]
)
def test_a_charset_that_is_unknown_or_doesnt_fit_is_told(query: str) -> None:
    got = read_parameters(f"method=m&{query}".encode(), "", b"")
    assert got.problem is not None
    assert got.problem.sub_code == "isv.invalid-charset"
    assert (got.charset, got.text["method"]) == ("utf-8" if "GBK" not in query else "gbk", "m")


@pytest.mark.parametrize(("query", "body"), [("a=1&a=1", ""), ("", "a=1&a=1"), ("a=1", "a=2")])
def test_a_repeated_parameter_is_told(query: str, body: str) -> None:
    got = read_parameters(query.encode(), FORM, body.encode())
    assert got.problem is not None
    assert got.problem.sub_code == "isv.invalid-parameter"


def test_a_page_form_may_repeat_the_charset_of_its_address() -> None:
    got = read_parameters(b"charset=UTF-8", FORM, b"charset=UTF-8&a=1")
    assert got.problem is None


def test_too_many_parameters_and_a_body_that_was_too_large_are_told() -> None:
    many = "&".join(f"p{number}=1" for number in range(PARAMETERS_MAX + 1))
    for got in (
        read_parameters(many.encode(), "", b""),
        read_parameters(b"method=m", "", None),
    ):
        assert got.problem is not None
        assert got.problem.sub_code == "isv.invalid-parameter"


@given(st.binary(), st.sampled_from([FORM, "multipart/form-data; boundary=B", ""]), st.binary())
def test_no_octets_raise(query: bytes, content_type: str, body: bytes) -> None:
    read_parameters(query, content_type, body)
