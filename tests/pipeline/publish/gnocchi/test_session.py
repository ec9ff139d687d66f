# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""One call, one answer: what may be another answer tomorrow is told from what will not."""

import json
import threading

import pytest

from nephoscope.client.send import basic
from nephoscope.pipeline.publish.contract import authorization
from nephoscope.pipeline.publish.gnocchi.session import Away, Session
from tests.pipeline.publish.peers import HttpPeer, closed_port, http_peer


def session(address: str, timeout_s: float = 10) -> Session:
    return Session(f"http://{address}/", authentication=authorization(basic("ann", "s3cret")), timeout_s=timeout_s)


def away(peer: HttpPeer, timeout_s: float = 10) -> Away:
    with pytest.raises(Away) as refused:
        session(peer.address, timeout_s).call("POST", "/v1/x", {})
    return refused.value


def test_a_body_goes_out_as_json_with_credentials_and_the_answer_comes_back() -> None:
    with http_peer() as peer:
        peer.status, peer.body = 201, b'{"a": [1]}'
        answer = session(peer.address).call("POST", "/v1/x?y=1", {"b": None})
        (request,) = peer.requests
    assert (True, {"a": [1]}) == (answer.ok, answer.body)
    assert ("/v1/x?y=1", {"b": None}) == (request.path, request.json)
    assert ("application/json", "Basic YW5uOnMzY3JldA==") == tuple(
        request.headers[each] for each in ("Content-Type", "Authorization")
    )


@pytest.mark.parametrize("status", [301, 401, 403, 408, 429, 500, 502, 503])
def test_what_can_be_mended_is_away(status: int) -> None:
    with http_peer() as peer:
        peer.status, peer.body = status, b'{"description": "come\\n back"}'
        found = away(peer)
    assert (status, f"POST /v1/x: the server answered {status}: come back") == (found.status, found.reason)


@pytest.mark.parametrize("status", [400, 404, 409, 413, 422])
def test_what_will_stay_so_is_an_answer(status: int) -> None:
    with http_peer() as peer:
        peer.status = status
        answer = session(peer.address).call("POST", "/v1/x", {})
    assert (status, False) == (answer.status, answer.ok)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"description": "plain"}, "plain"),
        ({"description": {"cause": "Bad", "reason": "worse", "detail": ["a", 1]}}, 'Bad: worse: ["a",1]'),
        ({"description": {"cause": "Bad"}}, "Bad"),
        ([1], "[1]"),
    ],
)
def test_an_error_is_told_in_one_line(body: object, message: str) -> None:
    with http_peer() as peer:
        peer.status, peer.body = 400, json.dumps(body).encode()
        answer = session(peer.address).call("POST", "/v1/x", {})
        assert message == answer.message
        peer.body = b"<html>\n no"
        assert "<html> no" == session(peer.address).call("POST", "/v1/x", {}).message


def test_nobody_there_and_nobody_in_time_is_away() -> None:
    with pytest.raises(Away, match="POST /v1/x: ") as refused:
        session(f"127.0.0.1:{closed_port()}").call("POST", "/v1/x", {})
    assert 0 == refused.value.status
    with http_peer() as peer:
        peer.hang = threading.Event()
        assert "Timeout" in away(peer, 0.2).reason


def test_secrets_that_http_cannot_carry_are_not_repeated() -> None:
    broken = Session("http://127.0.0.1:1", authentication=lambda: {"X-Auth-Token": "geh\u00e4im\n\u2713"}, timeout_s=1)
    with pytest.raises(Away) as refused:
        broken.call("GET", "/v1")
    assert "geh" not in refused.value.reason
