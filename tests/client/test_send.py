# SPDX-License-Identifier: Apache-2.0
"""One request, and what can come of it, over real sockets."""

import base64
import doctest
import socket
import ssl
import subprocess
import threading
from pathlib import Path

import pytest

from nephoscope.client import send as send_module
from nephoscope.client.batch import encode
from nephoscope.client.send import Accepted, Refused, RetryLater, Sender, basic, bearer, bearer_from
from nephoscope.model.sample import Meter, SampleBatch, SampledResource
from tests.client.server import SampleServer

BATCH = SampleBatch([SampledResource("box")], [Meter("a")], [0] * 200, [0] * 200, list(range(200)), [1.5] * 200)
ENCODED = encode(BATCH, created_ns=1)


def test_the_examples_in_the_text_hold() -> None:
    assert doctest.testmod(send_module).attempted > 0
    assert doctest.testmod(send_module).failed == 0


@pytest.mark.parametrize("gzip_over_bytes", [1, 10**9])
def test_a_batch_arrives_as_it_was_under_its_id(server: SampleServer, gzip_over_bytes: int) -> None:
    batch = encode(BATCH, created_ns=1, gzip_over_bytes=gzip_over_bytes)
    assert Sender(server.url + "/").send(batch) == Accepted()
    received = server.taken[batch.id]
    assert (received.path, received.batch) == ("/api/v1/samples", BATCH)
    assert received.headers["Content-Type"] == "application/json"
    assert "Authorization" not in received.headers


def test_another_path_and_media_type_can_be_asked_for_and_the_answer_heard(server: SampleServer) -> None:
    heard: list[str] = []
    server.body = b"taken, but one"
    sender = Sender(server.url, path="/in?a=1", media_type="text/plain", heard=heard.append)
    first, second = (encode(BATCH, created_ns=i) for i in range(2))
    assert [Accepted(), Accepted()] == [sender.send(first), sender.send(second, "/elsewhere")]
    assert [each.path for each in server.taken.values()] == ["/in?a=1", "/elsewhere"]
    assert server.taken[first.id].headers["Content-Type"] == "text/plain"
    assert heard == ["taken, but one"] * 2
    server.status = 500
    sender.send(first)
    assert len(heard) == 2
    sender.close()
    sender.close()


def test_a_connection_is_kept_for_the_next_batch(server: SampleServer) -> None:
    server.headers = {"Connection": "keep-alive"}
    sender = Sender(server.url)
    assert [Accepted()] * 3 == [sender.send(encode(BATCH, created_ns=i)) for i in range(3)]
    assert sender._pool.connection_from_url(server.url).num_connections == 1


@pytest.mark.parametrize("status", [500, 502, 503, 429, 408, 401, 403, 302])
def test_what_may_pass_is_tried_again(server: SampleServer, status: int) -> None:
    server.status, server.body = status, b"come back"
    outcome = Sender(server.url).send(ENCODED)
    assert isinstance(outcome, RetryLater)
    assert f"{status}: come back" in outcome.reason


def test_the_pause_that_the_server_asks_for_is_told_within_reason(server: SampleServer) -> None:
    server.status = 503
    pauses = []
    for server.headers in ({"Retry-After": "7"}, {"Retry-After": "99999999"}, {"Retry-After": "soon"}, {}):
        outcome = Sender(server.url).send(ENCODED)
        assert isinstance(outcome, RetryLater)
        pauses.append(outcome.after_s)
    assert pauses == [7, 600, None, None]


@pytest.mark.parametrize("status", [400, 404, 413, 422])
def test_what_will_never_be_taken_is_refused_with_the_servers_words(server: SampleServer, status: int) -> None:
    server.status, server.body = status, "unit too long: \N{DEGREE SIGN}".encode()
    assert Sender(server.url).send(ENCODED) == Refused(status, "unit too long: \N{DEGREE SIGN}")


def test_of_a_long_answer_only_the_beginning_is_read(server: SampleServer) -> None:
    server.status, server.body = 400, b"x" * 1_000_000
    outcome = Sender(server.url).send(ENCODED)
    assert isinstance(outcome, Refused)
    assert len(outcome.message) == 2048


def test_a_server_that_is_not_there_or_does_not_answer_is_tried_again(server: SampleServer) -> None:
    server.hang = threading.Event()
    assert isinstance(Sender(server.url, timeout_s=0.2).send(ENCODED), RetryLater)
    server.stop()
    assert isinstance(Sender(server.url).send(ENCODED), RetryLater)
    assert isinstance(Sender("http://name.invalid:1").send(ENCODED), RetryLater)


def test_a_server_that_speaks_something_else_is_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(100_000)
                connection.sendall(b"220 mail.example ESMTP\r\n")

        threading.Thread(target=answer, daemon=True).start()
        assert isinstance(Sender(f"http://127.0.0.1:{listener.getsockname()[1]}").send(ENCODED), RetryLater)


def test_a_user_is_named_in_the_basic_way(server: SampleServer) -> None:
    Sender(server.url, credentials=basic("ann", "pässword:1")).send(ENCODED)
    scheme, _, encoded = server.taken[ENCODED.id].headers["Authorization"].partition(" ")
    assert (scheme, base64.b64decode(encoded).decode()) == ("Basic", "ann:pässword:1")


def test_a_token_file_is_read_for_each_request(server: SampleServer, tmp_path: Path) -> None:
    file = tmp_path / "token"
    sender = Sender(server.url, credentials=bearer_from(file))
    missing = sender.send(ENCODED)
    assert isinstance(missing, RetryLater)
    assert str(file) in missing.reason
    seen = []
    for token in ("one", "two"):
        file.write_text(token + "\n")
        batch = encode(BATCH, created_ns=1)
        sender.send(batch)
        seen.append(server.taken[batch.id].headers["Authorization"])
    assert seen == ["Bearer one", "Bearer two"]


@pytest.mark.parametrize("token", ["s3cret\ns3cret", "s3cret\u2026"])
def test_a_token_that_http_cannot_carry_is_not_shown(server: SampleServer, token: str) -> None:
    outcome = Sender(server.url, credentials=bearer(token)).send(ENCODED)
    assert isinstance(outcome, RetryLater)
    assert "s3cret" not in outcome.reason
    assert "token" in outcome.reason


def test_a_certificate_is_checked_unless_told_otherwise(server: SampleServer, tmp_path: Path) -> None:
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subprocess.run(
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 "
        f"-keyout {key} -out {certificate}".split(),
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    assert server._http is not None
    server._http.socket = context.wrap_socket(server._http.socket, server_side=True)
    url = f"https://127.0.0.1:{server.port}"
    distrusted = Sender(url).send(ENCODED)
    assert isinstance(distrusted, RetryLater)
    assert "certificate" in distrusted.reason.lower()
    assert Sender(url, ca_file=str(certificate)).send(ENCODED) == Accepted()
