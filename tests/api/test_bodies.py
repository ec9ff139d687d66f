# SPDX-License-Identifier: Apache-2.0
"""Bodies are read within their limits, whatever is sent."""

import asyncio
import gzip
import json
import zlib
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from nephoscope.api.bodies import BodyLimits, decode_json, read_body, require_media_type, unpack
from nephoscope.api.problems import Rescue, render_native
from nephoscope.model.errors import BadPayload, TooLarge
from tests.api.asgi import Client

SMALL = BodyLimits(bytes_max=1000, unpacked_bytes_max=5000, depth_max=5, count_max=20)


def echo(limits: BodyLimits) -> Client:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        body = await read_body(Request(scope, receive), limits)
        await Response(body)(scope, receive, send)

    return Client(Rescue(app, render_native))


def raw_deflate(content: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(content) + packer.flush()


def test_a_body_in_pieces_is_put_together() -> None:
    with echo(SMALL) as client:
        assert client.request("POST", "/", pieces=[b"a", b"", b"bc"]).body == b"abc"


@pytest.mark.parametrize("headers", [{}, {"content-length": "1001"}])
def test_a_body_beyond_the_limit_is_refused_by_length_and_by_count(headers: dict[str, str]) -> None:
    with echo(SMALL) as client:
        assert client.request("POST", "/", pieces=[b"x" * 600, b"x" * 401], headers=headers).status == 413
        assert client.request("POST", "/", pieces=[b"x" * 600, b"x" * 400]).status == 200


@pytest.mark.parametrize(("length", "status"), [("9" * 5000, 413), ("\xb2", 200), ("-5", 200), ("many", 200)])
def test_a_strange_length_is_either_too_large_or_not_believed(length: str, status: int) -> None:
    with echo(SMALL) as client:
        assert status == client.request("POST", "/", pieces=[b"x"], headers={"content-length": length}).status


def reading(receive: Receive, limits: BodyLimits) -> bytes:
    return asyncio.run(read_body(Request({"type": "http", "headers": []}, receive), limits))


def test_a_caller_who_hangs_up_half_way_is_no_failure_of_ours() -> None:
    inbox: list[Message] = [{"type": "http.disconnect"}, {"type": "http.request", "body": b"a", "more_body": True}]

    async def receive() -> Message:
        return inbox.pop()

    with pytest.raises(BadPayload, match="hung up"):
        reading(receive, SMALL)


def test_a_body_that_never_arrives_is_given_up() -> None:
    async def receive() -> Message:
        await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    with pytest.raises(HTTPException) as caught:
        reading(receive, BodyLimits(arrival_s_max=0.01))
    assert caught.value.status_code == 408


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(b"hello", mtime=0)),
        ("GZIP", gzip.compress(b"hel", mtime=0) + gzip.compress(b"lo", mtime=0)),
        ("deflate", zlib.compress(b"hello")),
        ("deflate", raw_deflate(b"hello")),
        ("identity", b"hello"),
    ],
)
def test_compressed_bodies_are_unpacked(encoding: str, packed: bytes) -> None:
    with echo(SMALL) as client:
        assert client.request("POST", "/", body=packed, headers={"content-encoding": encoding}).body == b"hello"


def test_a_bomb_is_refused_before_it_grows() -> None:
    bomb = gzip.compress(bytes(100 * 2**20), mtime=0)

    with pytest.raises(TooLarge):
        unpack(bomb, "gzip", 10_000)


def test_a_chain_of_many_small_members_is_refused() -> None:
    with pytest.raises(TooLarge):
        unpack(gzip.compress(b"", mtime=0) * 1000, "gzip", 10_000)


@pytest.mark.parametrize(
    "packed", [b"", b"junk", gzip.compress(b"hello", mtime=0)[:-9], gzip.compress(b"a", mtime=0) + b"junk"]
)
def test_broken_compression_is_a_bad_payload(packed: bytes) -> None:
    with pytest.raises(BadPayload):
        unpack(packed, "gzip", 10_000)


def test_an_unknown_encoding_is_415() -> None:
    with pytest.raises(HTTPException) as caught:
        unpack(b"x", "br", 10)
    assert caught.value.status_code == 415


@given(st.binary(max_size=200), st.sampled_from(["gzip", "deflate", "identity"]))
def test_noise_is_unpacked_or_refused(noise: bytes, encoding: str) -> None:
    with suppress(BadPayload, TooLarge):
        assert len(unpack(noise, encoding, 1000)) <= 1000


def with_type(media_type: str) -> Request:
    return Request({"type": "http", "headers": [(b"content-type", media_type.encode())]})


def test_the_content_type_may_have_parameters_but_no_other_name() -> None:
    require_media_type(with_type("Application/JSON; charset=utf-8"), "application/json")
    for other in ("", "text/plain", "application/json-patch+json"):
        with pytest.raises(HTTPException) as caught:
            require_media_type(with_type(other), "application/json")
        assert caught.value.status_code == 415


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


def test_json_is_decoded_to_plain_values() -> None:
    assert decode_json(b'{"a": [1, 2.5, null, true]}', SMALL) == {"a": [1, 2.5, None, True]}


@pytest.mark.parametrize("depth", [6, 100, 200_000])
def test_deep_nesting_is_refused(depth: int) -> None:
    assert decode_json(nested(5), SMALL) == [[[[[]]]]]
    with pytest.raises(TooLarge):
        decode_json(nested(depth), SMALL)


def test_many_values_are_refused() -> None:
    decode_json(json.dumps([0] * 19).encode(), SMALL)
    with pytest.raises(TooLarge):
        decode_json(json.dumps([0] * 20).encode(), SMALL)


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"nope", b"NaN", b"\xff", b'"\xff"', b'"\\ud800"', b'"a\\u0000"', b'{"\\u0000": 1}', b"1e999"]
)
def test_what_is_no_json_or_no_text_is_a_bad_payload(raw: bytes) -> None:
    with pytest.raises(BadPayload):
        decode_json(raw, SMALL)


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=8,
)


@given(VALUES)
def test_any_json_gives_its_value_or_a_refusal(value: Any) -> None:
    try:
        assert value == decode_json(json.dumps(value).encode(), BodyLimits())
    except BadPayload:
        assert "\\u0000" in json.dumps(value) or "\\ud" in json.dumps(value)
