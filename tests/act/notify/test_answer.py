# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Answers are read as the standard library reads them, in whatever pieces they come, and end where they have to."""

import http.client
import io
from collections.abc import Sequence
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.act.notify.answer import HEAD_BYTES_MAX, Answer, AnswerReader, NoHttp

BYTES_MAX = 1000
NAMES = st.text("abcXYZ-", min_size=1, max_size=10).map(lambda name: f"x-{name}")
VALUES = st.text("abc ,;=\N{LATIN SMALL LETTER U WITH DIAERESIS}", max_size=20).map(str.strip)


def read(pieces: Sequence[bytes], *, hangs_up: bool = True, bytes_max: int = BYTES_MAX) -> AnswerReader:
    """A reader that was fed with these, as long as it asks for more."""
    reader = AnswerReader(bytes_max)
    for piece in [*pieces, *([b""] if hangs_up else [])]:
        if not reader.over:
            reader.feed(piece)
    return reader


class Said:
    """A socket from which this comes, as the standard library's client wants it."""

    def __init__(self, said: bytes) -> None:
        self._said = said

    def makefile(self, _mode: str) -> io.BytesIO:
        return io.BytesIO(self._said)


def expected(said: bytes) -> Answer:
    """What the standard library makes of an answer."""
    response = http.client.HTTPResponse(cast(Any, Said(said)), method="POST")
    response.begin()
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, headers, response.read())


@st.composite
def answers(draw: st.DrawFn) -> bytes:
    """A well-formed answer, its body of any of the three lengths."""
    status = draw(st.sampled_from([200, 201, 202, 299, 301, 404, 429, 500, 599]))
    body = draw(st.binary(max_size=BYTES_MAX // 2))
    headers = draw(st.dictionaries(NAMES, VALUES, max_size=5))
    match draw(st.sampled_from(["told", "chunked", "until the end"])):
        case "told":
            headers["Content-Length"] = str(len(body))
        case "chunked":
            headers["Transfer-Encoding"] = "chunked"
            cut = draw(st.integers(0, len(body)))
            parts = [part for part in (body[:cut], body[cut:]) if part]
            body = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
        case _:
            headers["Connection"] = "close"
    head = [f"HTTP/1.1 {status} Whatever", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*head, "\r\n"]).encode("latin-1") + body


@given(said=answers(), data=st.data())
def test_an_answer_is_what_the_standard_library_makes_of_it_in_whatever_pieces_it_comes(
    said: bytes, data: st.DataObject
) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(1, len(said) - 1), max_size=8)))
    pieces = [said[start:end] for start, end in zip([0, *cuts], [*cuts, len(said)], strict=True)]
    reader = read(pieces)
    assert expected(said) == reader.answer()
    assert (b"Connection: close" not in said) == reader.fit


@pytest.mark.parametrize(
    ("said", "status", "body", "whole", "fit"),
    [
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b"", True, True),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n", 304, b"", True, True),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nab", 200, b"ab", True, False),
        (b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nab", 200, b"ab", True, True),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nab", 200, b"ab", True, False),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n", 101, b"", True, False),
        (b"HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", 204, b"", True, True),
        # More than one answer, and what is none behind one.
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 500 No\r\n", 200, b"a", True, False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nabc", 200, b"a", True, False),
        # Broken off, by the peer or by itself.
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", 200, b"abc", False, False),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", 200, b"abc", False, False),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nnone", 200, b"abc", False, False),
    ],
)
def test_where_an_answer_ends(said: bytes, status: int, body: bytes, whole: bool, fit: bool) -> None:
    for pieces in ([said], [bytes([each]) for each in said]):
        reader = read(pieces)
        answer = reader.answer()
        assert (status, body, whole) == (answer.status, answer.body, answer.whole)
    # Byte by byte the rest is not seen here; whoever takes the connection next finds it waiting.
    assert fit == read([said]).fit


def test_headers_of_what_came_before_and_behind_are_not_the_answers() -> None:
    early = b"HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n"
    said = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-Late: 1\r\n\r\n"
    assert Answer(200, {"transfer-encoding": "chunked"}, b"a") == read([early + said]).answer()


def test_more_than_anybody_would_read_is_cut() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n"
    for pieces in ([head + b"a" * 20], [head, b"a" * 6, b"a" * 14]):
        reader = read(pieces, hangs_up=False, bytes_max=10)
        assert (b"a" * 10, False, True, False) == (
            reader.answer().body,
            reader.answer().whole,
            reader.over,
            reader.fit,
        )
    assert read([head + b"a" * 20], bytes_max=20).answer().whole


def test_once_the_status_is_there_it_counts() -> None:
    reader = AnswerReader(BYTES_MAX)
    assert reader.is_empty
    reader.feed(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n")
    assert (False, False) == (reader.is_empty, reader.has_head)
    reader.feed(b"\r\nab")
    assert (True, False) == (reader.has_head, reader.over)
    assert Answer(200, {"content-length": "9"}, b"ab", whole=False) == reader.answer()


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (b"220 mail.example ESMTP\r\n", "the answer is no HTTP"),
        (b"HTTP/1.1 2000 OK\r\n\r\n", "the answer is no HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: secret\r\n\r\n", "the answer is no HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na", "the answer is no HTTP"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 20_000, "the head of the answer is too long"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 5000, "the head of the answer is too long"),
        (b"HTTP/1.1 2", "the answer ends within its head"),
        (b"HTTP/1.1 100 Continue\r\n\r\n", "the answer ends within its head"),
    ],
)
def test_what_is_no_answer(said: bytes, why: str) -> None:
    for pieces in ([said], [said[start : start + 7] for start in range(0, len(said), 7)]):
        with pytest.raises(NoHttp) as found:
            read(pieces)
        assert why == str(found.value)


def test_a_head_may_be_long() -> None:
    said = b"HTTP/1.1 200 OK\r\nX: " + b"y" * (HEAD_BYTES_MAX - 100) + b"\r\nContent-Length: 0\r\n\r\n"
    assert 200 == read([said]).answer().status
