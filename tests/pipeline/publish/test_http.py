# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""JSON to any address, with the options that files of telemetry agents have."""

import base64
import ssl
import threading
from pathlib import Path

import pytest

from nephoscope.client.send import Accepted, Outcome, Refused, RetryLater
from nephoscope.model.errors import BadRequest
from nephoscope.pipeline.publish.contract import PublishSettings
from nephoscope.pipeline.publish.http import Http
from nephoscope.pipeline.publish.url import PublisherUrl
from tests.pipeline.made import NINE_NS, sample
from tests.pipeline.publish.peers import EVENT, closed_port, http_peer, packed, publisher, sent
from tests.services.certificates import Authority


def test_samples_arrive_as_one_array_with_the_names_of_objects() -> None:
    with http_peer() as peer:
        of = publisher(f"http://{peer.address}/collect")
        assert [Accepted()] == sent(
            of,
            sample("cpu", 3, 1.5, type="cumulative", monotonic_time=7.25, resource_metadata={"a": {"b": [1]}}),
            sample("mem", 4, user_id=None),
        )
        (request,) = peer.requests
    assert ("/collect", "application/json") == (request.path, request.headers["Content-Type"])
    first, second = request.json
    assert 36 == len(first.pop("id"))
    assert first == {
        "name": "cpu",
        "type": "cumulative",
        "unit": "ns",
        "volume": 3.0,
        "user_id": "u1",
        "user_name": None,
        "project_id": "p1",
        "project_name": None,
        "resource_id": "r1",
        "timestamp": "2026-03-02T09:00:01.500000",
        "resource_metadata": {"a": {"b": [1]}},
        "source": "openstack",
        "monotonic_time": 7.25,
    }
    assert ("mem", None, None) == (second["name"], second["user_id"], second["monotonic_time"])


def test_without_batches_each_sample_is_a_request_and_a_failure_begins_none_again() -> None:
    with http_peer() as peer:
        of = publisher(f"http://{peer.address}/x?batch=False")
        first, second, third = packed(of, sample(volume=1), sample(volume=2), sample(volume=3))
        assert Accepted() == of.send(first)
        peer.status = 503
        assert isinstance(of.send(second), RetryLater)
        peer.status = 200
        assert [Accepted(), Accepted()] == [of.send(second), of.send(third)]
        assert [1, 2, 2, 3] == [request.json["volume"] for request in peer.requests]


def test_many_samples_are_several_requests() -> None:
    with http_peer() as peer:
        of = publisher(f"http://{peer.address}/")
        assert [Accepted()] * 3 == sent(of, *(sample(volume=i) for i in range(2500)))
        assert [1000, 1000, 500] == [len(request.json) for request in peer.requests]


def test_events_arrive_with_their_traits_as_lists() -> None:
    with http_peer() as peer:
        of = publisher(f"http://{peer.address}/events")
        assert [Accepted()] == [of.send(batch) for batch in of.pack_events([EVENT], NINE_NS)]
        assert [
            {
                "message_id": "m-1",
                "event_type": "compute.instance.create.end",
                "generated": "2026-03-02T09:00:00",
                "traits": [["instance_id", 1, "vm-1"], ["vcpus", 2, 2], ["at", 4, "2026-03-02T09:00:00"]],
                "raw": {"payload": {"instance_id": "vm-1"}},
            }
        ] == peer.requests[0].json


def test_raw_only_is_the_payload_of_those_events_that_have_one() -> None:
    with http_peer() as peer:
        of = publisher(f"http://{peer.address}/events?raw_only=true")
        without = type(EVENT)("m-2", "x", NINE_NS)
        assert [Accepted()] == [of.send(batch) for batch in of.pack_events([EVENT, without], NINE_NS)]
        assert [{"instance_id": "vm-1"}] == peer.requests[0].json


def test_our_own_options_are_taken_out_of_the_address_and_all_others_stay() -> None:
    with http_peer() as peer:
        own = "timeout=3&batch=true&max_retries=4&verify_ssl=false&raw_only=false"
        sent(publisher(f"http://{peer.address}/in/?tag=a&{own}&tag=b%20c&flag"))
        assert "/in/?tag=a&tag=b%20c&flag" == peer.requests[0].path


def test_a_user_and_password_are_decoded_and_sent_in_the_basic_way() -> None:
    with http_peer() as peer:
        sent(publisher(f"http://ann:p%40ss%3Aword@{peer.address}/"))
        said = peer.requests[0].headers["Authorization"].removeprefix("Basic ")
        assert b"ann:p@ss:word" == base64.b64decode(said)
        sent(publisher(f"http://{peer.address}/"))
        assert "Authorization" not in peer.requests[1].headers


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, Accepted),
        (204, Accepted),
        (400, Refused),
        (404, Refused),
        *((status, RetryLater) for status in (302, 401, 429, 500, 503)),
    ],
)
def test_what_comes_of_an_answer(status: int, kind: type[Outcome]) -> None:
    with http_peer() as peer:
        peer.status, peer.body = status, b"" if status == 204 else b"said"
        (outcome,) = sent(publisher(f"http://{peer.address}/"))
        assert isinstance(outcome, kind)


def test_a_peer_that_hangs_or_is_not_there_is_tried_again_and_no_secret_is_told() -> None:
    with http_peer() as peer:
        peer.hang = threading.Event()
        hanging = f"http://ann:pass-word@{peer.address}/?timeout=0.2&api_key=k3y"
        away = f"http://ann:pass-word@127.0.0.1:{closed_port()}/?api_key=k3y"
        for url in (hanging, away):
            (outcome,) = sent(publisher(url))
            assert isinstance(outcome, RetryLater)
            assert "pass-word" not in outcome.reason
            assert "k3y" not in outcome.reason


def test_over_tls_both_sides_show_who_they_are(tmp_path: Path) -> None:
    authority = Authority(tmp_path / "ca")
    server, client = authority.issue("server"), authority.issue("client")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server.certificate, server.key)
    context.load_verify_locations(authority.certificate)
    context.verify_mode = ssl.CERT_REQUIRED
    with http_peer(context) as peer:
        ours = f"clientcert={client.certificate}&clientkey={client.key}"
        trusting = f"https://{peer.address}/?verify_ssl={authority.certificate}"
        assert [Accepted()] == sent(publisher(f"{trusting}&{ours}"))
        assert [Accepted()] == sent(publisher(f"https://{peer.address}/?verify_ssl=false&{ours}"))
        assert isinstance(sent(publisher(f"https://{peer.address}/?{ours}"))[0], RetryLater)
        assert isinstance(sent(publisher(trusting))[0], RetryLater)
        assert 2 == len(peer.requests)


@pytest.mark.parametrize(
    "url", ["prometheus://{}/metrics/job/x?ssl", "opentelemetryhttp://{}?ssl=true", "https://{}/?"]
)
def test_each_publisher_over_http_knows_tls(tmp_path: Path, url: str) -> None:
    authority = Authority(tmp_path / "ca")
    issued = authority.issue("server")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(issued.certificate, issued.key)
    with http_peer(context) as peer:
        whole = url.format(peer.address)
        assert [Accepted()] == sent(publisher(f"{whole}&verify_ssl={authority.certificate}"))
        assert isinstance(sent(publisher(whole))[0], RetryLater)
        assert 1 == len(peer.requests)


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("timeout=0", "option timeout"),
        ("timeout=soon", "option timeout"),
        ("max_retries=-1", "option max_retries"),
        ("batch=perhaps", "option batch"),
        ("verify_ssl=/nowhere.pem", "option verify_ssl"),
        ("clientcert=/nowhere.pem", "option clientcert"),
        ("clientkey=/etc/hostname", "option clientkey"),
    ],
)
def test_an_option_that_cannot_be_is_named_without_the_password(query: str, named: str) -> None:
    with pytest.raises(BadRequest, match=named) as caught:
        publisher(f"http://ann:pass-word@peer/?{query}")
    assert "pass-word" not in str(caught.value)


def test_an_address_of_version_six_keeps_its_brackets() -> None:
    of = Http(PublisherUrl.of("http://[::1]:8080/x"), PublishSettings())
    assert "http://[::1]:8080" == of._sender._url
