# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Bodies of bounded size, read in a bounded time, from the servers that were meant."""

import gzip
import socket
import threading
import time

import pytest
import urllib3

from nephoscope.poll import http_body
from nephoscope.poll.http_body import HttpFailed, get, same_origin
from tests.poll.dynamic.made import serving
from tests.services.ports import free_port


def test_a_body_is_read_whole() -> None:
    with serving({"/a": b"x" * 200_000}) as (url, _):
        assert b"x" * 200_000 == get(urllib3.PoolManager(), f"{url}/a", headers={}, timeout_s=5)


def test_other_statuses_are_failures_with_their_number() -> None:
    with serving({"/a": (301, b"http://elsewhere/")}) as (url, _):
        for path, status in (("/a", 301), ("/b", 404)):
            with pytest.raises(HttpFailed, match=f"status {status}") as told:
                get(urllib3.PoolManager(), url + path, headers={}, timeout_s=5)
            assert status == told.value.status


@pytest.mark.parametrize("packed", [False, True])
def test_a_body_that_is_too_big_is_given_up(monkeypatch: pytest.MonkeyPatch, packed: bool) -> None:
    monkeypatch.setattr(http_body, "BODY_BYTES_MAX", 100_000)
    body = bytes(10_000_000)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_answer, args=(listening, gzip.compress(body) if packed else body, packed))
        thread.start()
        with pytest.raises(HttpFailed, match="over 100000 bytes"):
            get(urllib3.PoolManager(), f"http://127.0.0.1:{listening.getsockname()[1]}/", headers={}, timeout_s=5)
        thread.join()


def _answer(listening: socket.socket, body: bytes, packed: bool) -> None:
    connection, _ = listening.accept()
    with connection:
        connection.recv(4096)
        encoding = b"Content-Encoding: gzip\r\n" if packed else b""
        try:
            connection.sendall(b"HTTP/1.1 200 OK\r\n" + encoding + b"\r\n" + body)
        except OSError:
            return  # nobody reads on


def test_a_body_that_trickles_is_given_up_in_time() -> None:
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_trickle, args=(listening, stop))
        thread.start()
        started = time.monotonic()
        with pytest.raises(HttpFailed):
            get(urllib3.PoolManager(), f"http://127.0.0.1:{listening.getsockname()[1]}/", headers={}, timeout_s=0.6)
        assert time.monotonic() - started < 3
        stop.set()
        thread.join()


def _trickle(listening: socket.socket, stop: threading.Event) -> None:
    connection, _ = listening.accept()
    with connection:
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while not stop.wait(0.05):
            try:
                connection.sendall(b"1\r\nx\r\n")
            except OSError:
                return


def test_a_failure_does_not_show_the_url() -> None:
    url = f"http://127.0.0.1:{free_port()}/?token=secret"
    with pytest.raises(HttpFailed) as told:
        get(urllib3.PoolManager(), url, headers={}, timeout_s=1)
    assert "secret" not in str(told.value)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a:443/x", "https://a/y", True),
        ("https://a/", "http://a/", False),
        ("https://a/", "https://a@b/", False),
        ("https://a/", "https://a:8443/", False),
        ("https://a/", "https://a:x/", False),
    ],
)
def test_an_origin_is_scheme_host_and_port(one: str, other: str, same: bool) -> None:
    assert same is same_origin(one, other)
