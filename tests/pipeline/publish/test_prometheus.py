# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Text to a push gateway."""

import base64
import doctest
import threading
from urllib.parse import unquote

import pytest

from nephoscope.client.send import Accepted, Outcome, Refused, RetryLater
from nephoscope.model.errors import BadRequest
from nephoscope.observe import registry
from nephoscope.pipeline.publish import prometheus
from tests.pipeline.made import sample
from tests.pipeline.publish.peers import http_peer, publisher, sent


def test_the_examples_in_the_text_hold() -> None:
    assert doctest.testmod(prometheus).attempted > 0
    assert doctest.testmod(prometheus).failed == 0


def test_behind_labels_in_the_path_all_samples_are_one_push_with_types_by_metric() -> None:
    with http_peer() as peer:
        of = publisher(f"prometheus://{peer.address}/metrics/job/cloud/zone/a")
        outcomes = sent(
            of,
            sample("cpu", 1, type="cumulative"),
            sample("disk.read-bytes", 2.5, resource_id='a"b\\c\n'),
            sample("hits", 3, type="delta", user_id=None),
            sample("cpu", 4, type="cumulative", resource_id="r2"),
        )
        assert [Accepted()] == outcomes
        (request,) = peer.requests
    assert ("/metrics/job/cloud/zone/a", "plain/text") == (request.path, request.headers["Content-Type"])
    assert [
        "# TYPE cpu counter",
        'cpu{resource_id="r1", user_id="u1", project_id="p1"} 1.0',
        'cpu{resource_id="r2", user_id="u1", project_id="p1"} 4.0',
        "# TYPE disk_read_bytes gauge",
        'disk_read_bytes{resource_id="a\\"b\\\\c\\n", user_id="u1", project_id="p1"} 2.5',
        'hits{resource_id="r1", user_id="", project_id="p1"} 3.0',
    ] == request.body.decode().splitlines()


def test_without_labels_in_the_path_each_resource_is_a_push_of_its_own() -> None:
    with http_peer() as peer:
        of = publisher(f"prometheus://{peer.address}/metrics/job/cloud/?team=x")
        listed = [sample("cpu", i, resource_id=each) for i, each in enumerate(("r 1", "net/eth0", "r 1"))]
        assert [Accepted(), Accepted()] == sent(of, *listed, sample("mem", 9, resource_id="r 1"))
        second, first = peer.requests
    assert "/metrics/job/cloud/resource_id/r%201?team=x" == first.path
    assert "r 1" == unquote(first.path).rpartition("/")[2].partition("?")[0]
    assert b"net/eth0" == base64.urlsafe_b64decode(second.path.partition("?")[0].rpartition("/")[2] + "=")
    assert second.path.startswith("/metrics/job/cloud/resource_id@base64/")
    assert first.body.decode().splitlines()[-1].startswith('mem{resource_id="r 1"')


def test_of_a_series_the_last_value_is_pushed_and_the_others_are_counted() -> None:
    before = registry.value("nephoscope_dropped_total", station="publish", cause="superseded")
    with http_peer() as peer:
        of = publisher(f"prometheus://{peer.address}/metrics/job/cloud")
        assert [Accepted()] == sent(of, sample("a.b", 3, at_s=20), sample("a.b", 1, at_s=10), sample("a-b", 2, at_s=5))
        assert [b"a_b{", b"3.0"] == [peer.requests[0].body.splitlines()[1][:4], peer.requests[0].body.split()[-1]]
    assert before + 2 == registry.value("nephoscope_dropped_total", station="publish", cause="superseded")


@pytest.mark.parametrize(("status", "kind"), [(200, Accepted), (202, Accepted), (400, Refused), (502, RetryLater)])
def test_what_comes_of_an_answer(status: int, kind: type[Outcome]) -> None:
    with http_peer() as peer:
        peer.status = status
        assert isinstance(sent(publisher(f"prometheus://{peer.address}/metrics/job/x"))[0], kind)


def test_a_gateway_that_hangs_is_tried_again() -> None:
    with http_peer() as peer:
        peer.hang = threading.Event()
        assert isinstance(sent(publisher(f"prometheus://{peer.address}/metrics/job/x?timeout=0.2"))[0], RetryLater)


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("prometheus://gate", "expected a path"),
        ("prometheus://gate/metrics", "expected a path"),
        ("prometheus:///metrics/job/x", "expected a host"),
        ("prometheus://gate/metrics/job/x?ssl=perhaps", "option ssl"),
    ],
)
def test_what_is_wrong_with_a_url_is_told(url: str, named: str) -> None:
    with pytest.raises(BadRequest, match=named):
        publisher(url)
