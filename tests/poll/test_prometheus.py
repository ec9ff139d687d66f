# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Exporters scraped over real sockets."""

import logging
import time

import pytest

from nephoscope.observe import registry
from nephoscope.poll import http_body
from nephoscope.poll.contract import PermanentError, Polled, PollSettings, Target
from nephoscope.poll.prometheus import Exporters, Prometheus, resource_id
from tests.poll.dynamic.made import NOW_NS, serving
from tests.services.ports import free_port

SHOWN = b"""# TYPE node_cpu_seconds_total counter
node_cpu_seconds_total{cpu="0",mode="idle"} 17.5
node_cpu_seconds_total{cpu="0",mode="user"} 2
# TYPE node_memory_bytes gauge
node_memory_bytes 1024
go_gc_seconds{quantile="0"} NaN
broken{
"""


def polled(*targets: str, timeout_s: float = 5) -> Polled:
    family = Prometheus(PollSettings("here", timeout_s=timeout_s))
    return family.poll([Target(each) for each in targets], ["prometheus.*"], NOW_NS)


def test_each_set_of_labels_is_a_resource_of_the_exporter() -> None:
    before = registry.value("nephoscope_dropped_total", station="poll", cause="prometheus: bad line")
    with serving({"/metrics": SHOWN}) as (url, asked):
        read = polled(f"{url}/metrics")
    host = url.removeprefix("http://")
    samples = read.samples
    assert [
        ("node_cpu_seconds_total", "cumulative", "s", 17.5, f'{host}{{cpu="0",mode="idle"}}'),
        ("node_cpu_seconds_total", "cumulative", "s", 2.0, f'{host}{{cpu="0",mode="user"}}'),
        ("node_memory_bytes", "gauge", "B", 1024.0, host),
    ] == list(zip(samples.name, samples.type, samples.unit, samples.volume, samples.resource_id, strict=True))
    assert {"cpu": "0", "mode": "idle", "instance": host} == samples.metadata[0]
    assert [NOW_NS] * 3 == samples.time_ns.tolist()
    assert "Authorization" not in asked[0][1]
    assert 1 == registry.value("nephoscope_dropped_total", station="poll", cause="prometheus: bad line") - before


@pytest.mark.parametrize(
    ("globs", "expected"),
    [
        ("node_*", {"node_cpu_seconds_total", "node_memory_bytes"}),
        ("!node_cpu*", {"node_memory_bytes"}),
        ("*,!node_memory_bytes", {"node_cpu_seconds_total"}),
    ],
)
def test_a_fragment_says_which_to_take(globs: str, expected: set[str]) -> None:
    with serving({"/metrics": SHOWN}) as (url, asked):
        assert expected == set(polled(f"{url}/metrics#{globs}").samples.name)
    assert ["/metrics"] == [path for path, _ in asked]


def test_a_password_is_sent_and_shown_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    with serving({"/metrics": SHOWN, "/gone": (500, b"")}) as (url, asked):
        address = url.replace("http://", "http://ann:p%40ss@")
        with caplog.at_level(logging.WARNING, "nephoscope.poll"):
            samples = polled(f"{address}/metrics", f"{address}/gone").samples
    assert {"Basic YW5uOnBAc3M="} == {headers["Authorization"] for _, headers in asked}
    assert "ann" not in str([samples.resource_id, samples.metadata])
    assert "status 500" in caplog.text
    assert "p%40ss" not in caplog.text


def test_exporters_that_do_not_answer_keep_nobody_waiting() -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent, serving({"/metrics": SHOWN}) as (url, _):
        dead = [f"http://127.0.0.1:{silent.getsockname()[1]}/{n}" for n in range(4)]
        dead.append(f"http://127.0.0.1:{free_port()}/metrics")
        started = time.monotonic()
        read = polled(*dead, f"{url}/metrics", timeout_s=0.5)
    assert time.monotonic() - started < 2
    assert [5, 5, 5] == read.target.tolist()


def test_a_body_without_end_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_body, "BODY_BYTES_MAX", 10)
    with serving({"/metrics": SHOWN}) as (url, _):
        assert 0 == len(polled(f"{url}/metrics").samples)


def test_targets_of_other_families_are_refused_for_good() -> None:
    with pytest.raises(PermanentError) as told:
        polled("snmp://a", "http://b")
    assert {"snmp://a"} == told.value.targets


def test_exporters_may_be_listed_in_one_discovery() -> None:
    found = Exporters(PollSettings("here")).discover("a:9100, b:9090/probe?x=1,")
    assert ["http://a:9100/metrics", "http://b:9090/probe?x=1"] == [each.id for each in found]


def test_labels_too_long_for_an_id_still_tell_resources_apart() -> None:
    ids = {resource_id("a", {"x": "y" * 300 + end}) for end in "12"}
    assert (2, {255}) == (len(ids), {len(each) for each in ids})
