# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Webhooks: what is sent, byte for byte, and what comes of each way to answer, or not to."""

import re
import socket
import ssl
import threading
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from nephoscope.act.notify.contract import Outcome
from nephoscope.act.notify.exchange import Exchange, Failed
from nephoscope.act.notify.http import Http
from nephoscope.act.notify.secret import SIGNATURE_HEADER, signature
from nephoscope.act.notify.url import WebUrl
from nephoscope.model.delivery import Delivery
from nephoscope.model.errors import BadRequest
from tests.act.notify.made import NOON_S, RECORDED, delivery, tools
from tests.act.notify.receivers import (
    Receiver,
    answering,
    dripping,
    dropping,
    hanging,
    receiver,
    saying,
)
from tests.services.certificates import Authority
from tests.services.ports import free_port

DELIVERED = Outcome("delivered", 200)


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiver() as made:
        yield made


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certificates"))


def notified(target: str, **settings: Any) -> Outcome:
    """What comes of one try."""
    return Http(tools(**settings)).notify(delivery(target))


def test_the_body_and_headers_are_those_that_receivers_know(hook: Receiver) -> None:
    assert DELIVERED == notified(f"{hook.url}/hook")
    (request,) = hook.requests
    assert RECORDED == request.body
    assert request.head.startswith(b"POST /hook HTTP/1.1\r\n")
    assert "application/json" == request.headers["content-type"]
    assert re.fullmatch(r"req-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", request.headers["x-openstack-request-id"])
    assert "a-1.1" == request.headers["idempotency-key"]
    assert f"127.0.0.1:{hook.port}" == request.headers["host"]
    assert {"authorization", "x-auth-token", SIGNATURE_HEADER.lower()}.isdisjoint(request.headers)


@pytest.mark.parametrize(
    ("written", "asked_for"),
    [
        (
            "/v1/signal/arn%3Aopenstack%3aheat%3A%3Ap%3Astacks/s/1/resources/up?SignatureMethod=HmacSHA256"
            "&SignatureVersion=2&AWSAccessKeyId=k&Signature=a%2Bb%2F+c%3D",
            None,
        ),
        ("/a/../b//c/./d;x=1?q=%zz&r=[]{}|^`\\", None),
        ("", "/"),
        ("?a=1", "/?a=1"),
        ("/x?aodh-alarm-ssl-verify=0", None),
        ("/x#part", "/x"),
        ("/a b/\N{LATIN SMALL LETTER U WITH DIAERESIS}", "/a%20b/%C3%BC"),
        ("/x\r\nX-Evil: 1", "/x%0D%0AX-Evil:%201"),
    ],
)
def test_the_address_is_posted_to_byte_for_byte(hook: Receiver, written: str, asked_for: str | None) -> None:
    assert DELIVERED == notified(hook.url + written)
    assert (written if asked_for is None else asked_for) == hook.requests[0].target
    assert "x-evil" not in hook.requests[0].headers


def test_each_try_has_its_own_request_id_and_the_same_key(hook: Receiver) -> None:
    notified(hook.url)
    notified(hook.url)
    first, second = (request.headers for request in hook.requests)
    assert first["x-openstack-request-id"] != second["x-openstack-request-id"]
    assert first["idempotency-key"] == second["idempotency-key"]


def test_a_key_with_any_signs_stays_one_header(hook: Receiver) -> None:
    Http(tools()).notify(delivery(hook.url, key="a:1/2+%\r\nX-Evil: ü"))
    assert "a:1/2+%%0D%0AX-Evil:%20%C3%BC" == hook.requests[0].headers["idempotency-key"]


def test_a_user_in_the_address_becomes_basic_authentication(hook: Receiver) -> None:
    notified(f"http://ann:p%40ss@127.0.0.1:{hook.port}/x")
    assert "Basic YW5uOnBAc3M=" == hook.requests[0].headers["authorization"]
    assert b"ann" not in hook.requests[0].head


def test_a_configured_secret_signs_time_and_body(hook: Receiver, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n")
    channel = Http(tools(signature_secret_file=str(secret)))
    assert DELIVERED == channel.notify(delivery(hook.url))
    assert signature(RECORDED, "s3cret", NOON_S) == hook.requests[0].headers[SIGNATURE_HEADER.lower()]

    secret.write_text("renewed")
    channel.notify(delivery(hook.url))
    assert signature(RECORDED, "renewed", NOON_S) == hook.requests[1].headers[SIGNATURE_HEADER.lower()]

    secret.unlink()
    outcome = channel.notify(delivery(hook.url))
    assert ("again", "settings", 2) == (outcome.result, outcome.cause, len(hook.requests))


@pytest.mark.parametrize(
    ("status", "result", "cause"),
    [
        (200, "delivered", ""),
        (202, "delivered", ""),
        (204, "delivered", ""),
        (301, "refused", "redirect"),
        (307, "refused", "redirect"),
        (400, "refused", "4xx"),
        (401, "refused", "4xx"),
        (404, "refused", "4xx"),
        (408, "again", "408"),
        (410, "refused", "4xx"),
        (429, "again", "429"),
        (500, "again", "5xx"),
        (503, "again", "5xx"),
        (599, "again", "5xx"),
    ],
)
def test_what_a_status_means(hook: Receiver, status: int, result: str, cause: str) -> None:
    hook.usual = answering(status, f"Location: {hook.url}/elsewhere", body=b"Signature=abcd")
    outcome = notified(f"{hook.url}/?Signature=abcd")
    assert (result, status, cause, False) == (outcome.result, outcome.status, outcome.cause, outcome.out_of_reach)
    assert 1 == len(hook.requests)
    assert "abcd" not in outcome.error


@pytest.mark.parametrize(
    ("retry_after", "pause_s"),
    [
        ("120", 120.0),
        (formatdate(NOON_S + 90, usegmt=True), 90.0),
        (formatdate(NOON_S - 90, usegmt=True), 0.0),
        ("soon", 0.0),
        ("-5", 0.0),
        ("", 0.0),
    ],
)
def test_retry_after_is_seconds_or_a_date(hook: Receiver, retry_after: str, pause_s: float) -> None:
    hook.usual = answering(429, f"Retry-After: {retry_after}")
    assert pause_s == notified(hook.url).pause_s


@pytest.mark.parametrize(
    ("behaviour", "cause", "out_of_reach"),
    [
        (dropping, "connection", True),
        (hanging, "timeout", True),
        (dripping, "timeout", True),
        (saying(b"220 mail.example ESMTP\r\n"), "protocol", False),
        (saying(b"HTTP/1.1 2000 OK\r\n\r\n"), "protocol", False),
        (saying(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 20_000 + b"\r\n"), "protocol", False),
        (saying(b"HTTP/1.1 2"), "protocol", False),
    ],
)
def test_a_receiver_that_gives_no_answer_is_tried_again(
    hook: Receiver, behaviour: Any, cause: str, out_of_reach: bool
) -> None:
    hook.usual = behaviour
    outcome = notified(f"{hook.url}/secret", read_timeout_s=0.2, total_timeout_s=0.4)
    assert ("again", cause, out_of_reach) == (outcome.result, outcome.cause, outcome.out_of_reach)
    assert "secret" not in outcome.error


def test_an_answer_counts_even_if_its_body_never_ends(hook: Receiver) -> None:
    hook.usual = saying(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc")
    assert DELIVERED == notified(hook.url)


def test_continue_comes_before_the_answer(hook: Receiver) -> None:
    hook.usual = saying(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n")
    assert Outcome("delivered", 204) == notified(hook.url)


def test_what_follows_goes_over_the_same_connection(hook: Receiver) -> None:
    hook.keeps = True
    channel = Http(tools())
    for number in range(3):
        assert DELIVERED == channel.notify(delivery(f"{hook.url}/{number}"))
    assert (["/0", "/1", "/2"], 1) == ([each.target for each in hook.requests], hook.connections)


def test_a_kept_connection_that_breaks_is_made_again_once(hook: Receiver) -> None:
    hook.keeps = True
    hook.behaviours = [answering(200), dropping, answering(200), dropping, dropping]
    channel = Http(tools())
    for _ in range(2):
        assert DELIVERED == channel.notify(delivery(hook.url))
    assert (3, 2) == (len(hook.requests), hook.connections)
    outcome = channel.notify(delivery(hook.url))
    assert ("again", "connection", True) == (outcome.result, outcome.cause, outcome.out_of_reach)
    assert (5, 3) == (len(hook.requests), hook.connections)


@pytest.mark.parametrize(
    "behaviour",
    [
        answering(200, "Connection: close"),
        saying(b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"),
        answering(200, body=b"x" * 100_000),
    ],
)
def test_a_connection_that_is_not_fit_for_more_is_not_kept(hook: Receiver, behaviour: Any) -> None:
    hook.keeps, hook.usual = True, behaviour
    channel = Http(tools())
    for _ in range(2):
        assert DELIVERED == channel.notify(delivery(hook.url))
    assert (2, 2) == (len(hook.requests), hook.connections)


def test_what_may_go_anywhere_opens_no_way_for_what_may_not(hook: Receiver) -> None:
    hook.keeps = True
    exchange, url = Exchange(tools(allowed_networks=())), WebUrl.of(hook.url)
    deadline_s = exchange.deadline_s()
    assert 200 == exchange.ask("GET", url, {}, b"", deadline_s=deadline_s, guarded=False).status
    with pytest.raises(Failed) as refused:
        exchange.ask("GET", url, {}, b"", deadline_s=deadline_s)
    assert "address" == refused.value.outcome.cause


def test_nobody_listens() -> None:
    outcome = notified(f"http://127.0.0.1:{free_port()}/")
    assert ("again", "connection", True) == (outcome.result, outcome.cause, outcome.out_of_reach)


def test_a_name_that_nobody_knows() -> None:
    def unknown(*_: object, **__: object) -> list[tuple[Any, ...]]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    outcome = Http(tools(resolve=unknown)).notify(delivery("http://nobody.example/"))
    assert ("again", "name") == (outcome.result, outcome.cause)


def test_certificates_count_unless_the_address_says_otherwise(authority: Authority) -> None:
    issued = authority.issue("hook")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(issued.certificate, issued.key)
    with receiver(context) as hook:
        assert ("again", "certificate") == _result(notified(hook.url))
        assert DELIVERED == notified(f"{hook.url}/?aodh-alarm-ssl-verify=0")
        assert "/?aodh-alarm-ssl-verify=0" == hook.requests[0].target
        assert DELIVERED == notified(hook.url, verify=False)
        assert ("again", "certificate") == _result(notified(f"{hook.url}/?aodh-alarm-ssl-verify=1", verify=False))
        assert DELIVERED == notified(hook.url, ca_file=str(authority.certificate))
        with pytest.raises(BadRequest, match="aodh-alarm-ssl-verify: expected 0 or 1, found 'no'"):
            Http(tools()).place(f"{hook.url}/?aodh-alarm-ssl-verify=no")


def test_the_name_of_the_address_is_sent_and_checked_although_it_was_looked_up_once(authority: Authority) -> None:
    """Host header and SNI hold the name; the connection goes to the address that the guard has let through."""
    issued = authority.issue("named")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(issued.certificate, issued.key)
    names: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    asked: list[str] = []

    def resolve(host: str, port: int, **_: object) -> list[tuple[Any, ...]]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    channel = Http(tools(ca_file=str(authority.certificate), resolve=resolve))
    with receiver(context) as hook:
        assert DELIVERED == channel.notify(delivery(f"https://localhost:{hook.port}/"))
        assert f"localhost:{hook.port}" == hook.requests[0].headers["host"]
        assert (["localhost"], ["localhost"]) == (names, asked)
        outcome = channel.notify(delivery(f"https://other.example:{hook.port}/"))
        assert ("again", "certificate") == _result(outcome)


def test_a_client_certificate_says_who_we_are(authority: Authority) -> None:
    issued, ours = authority.issue("asking"), authority.issue("client")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(issued.certificate, issued.key)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(authority.certificate)
    trust = {"ca_file": str(authority.certificate)}
    with receiver(context) as hook:
        assert "again" == notified(hook.url, **trust).result
        ours_too = {"certificate_file": str(ours.certificate), "key_file": str(ours.key)}
        assert DELIVERED == notified(hook.url, **trust, **ours_too)


def test_a_peer_that_speaks_no_tls_is_tried_again(hook: Receiver) -> None:
    hook.usual = saying(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    outcome = notified(f"https://127.0.0.1:{hook.port}/", connect_timeout_s=0.3)
    assert "again" == outcome.result
    assert outcome.out_of_reach


def test_files_that_cannot_be_used_are_named() -> None:
    with pytest.raises(BadRequest, match=r"\[act\] ca_file, certificate_file, key_file: they cannot be used"):
        Http(tools(ca_file="/nowhere"))
    with pytest.raises(BadRequest, match=r"\[act\] signature_secret_file: /nowhere cannot be read"):
        Http(tools(signature_secret_file="/nowhere"))


def test_many_at_once_share_nothing(hook: Receiver) -> None:
    channel = Http(tools())
    outcomes: list[Outcome] = []

    def send(each: Delivery) -> None:
        outcomes.append(channel.notify(each))

    threads = [threading.Thread(target=send, args=(delivery(f"{hook.url}/{n}", n),)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [DELIVERED] * 20 == outcomes
    assert {f"/{n}" for n in range(20)} == {request.target for request in hook.requests}
    assert all(request.headers["idempotency-key"] == f"a-1.{request.target[1:]}" for request in hook.requests)


def _result(outcome: Outcome) -> tuple[str, str]:
    return outcome.result, outcome.cause
