# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What holds for every publisher, row by row; and how they are found."""

import ast
import gzip
import re
import time
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nephoscope.client.batch import EncodedBatch
from nephoscope.client.send import Accepted, RetryLater
from nephoscope.client.spool import Spool
from nephoscope.model.errors import BadRequest
from nephoscope.pipeline.publish import ANY_OPTION, PUBLISHERS, ignored, load, made, offered
from nephoscope.pipeline.publish.contract import PublishSettings
from nephoscope.pipeline.publish.prometheus import metric_name
from nephoscope.pipeline.publish.wire import unframed
from tests.pipeline.made import NINE_NS, sample, samples
from tests.pipeline.publish.peers import EVENT, closed_port, http_peer
from tests.project import REFERENCE

# What comes between host and options, and what every URL of the scheme needs.
PATHS = {"prometheus": "/metrics/job/x", "http": "/in", "https": "/in", "opentelemetryhttp": "/v1/metrics"}
PAGE = (REFERENCE / "publishers.md").read_text()

every_row = pytest.mark.parametrize("scheme", sorted(PUBLISHERS))


def url_of(scheme: str, port: int = 1, query: str = "") -> str:
    if scheme == "file":
        return f"file:///nowhere/at/all{query}"
    return f"{scheme}://127.0.0.1:{port}{PATHS.get(scheme, '')}{query}"


@every_row
def test_an_option_that_it_knows_takes_no_nonsense_or_any_text(scheme: str) -> None:
    options = sorted(set(load(scheme).OPTIONS) - {ANY_OPTION})
    said = {option: refusal(url_of(scheme, query=f"?{option}=n:nsense")) for option in options}
    assert any(said.values()) == bool(options)
    assert all(f"option {option}" in each and "n:nsense" in each for option, each in said.items() if each)


def refusal(url: str) -> str:
    """What is said of a URL; nothing where it is taken."""
    try:
        made(url, PublishSettings()).close()
    except BadRequest as error:
        return error.message
    return ""


@every_row
def test_a_peer_that_is_not_there_is_tried_again_in_time(scheme: str) -> None:
    of = made(url_of(scheme, closed_port()), PublishSettings())
    began_s = time.monotonic()
    for batch in of.pack(samples(sample("cpu")), NINE_NS):
        assert isinstance(of.send(batch), RetryLater)
    assert 5 > time.monotonic() - began_s
    of.close()
    of.close()


@every_row
def test_what_is_packed_has_an_id_of_its_own_and_the_time_of_packing(scheme: str) -> None:
    of = made(url_of(scheme), PublishSettings())
    batches = [*of.pack(samples(sample("cpu")), NINE_NS), *of.pack(samples(sample("cpu")), NINE_NS)]
    assert 2 == len({batch.id for batch in batches})
    assert {(NINE_NS, 1)} == {(batch.created_ns, batch.samples) for batch in batches}


@every_row
def test_events_are_taken_or_refused_at_the_start(scheme: str) -> None:
    if load(scheme).TAKES_EVENTS:
        of = made(url_of(scheme), PublishSettings(), for_events=True)
        assert [1] == [batch.samples for batch in of.pack_events([EVENT], NINE_NS)]
        return
    with pytest.raises(BadRequest, match=f"{scheme}:// takes no events"):
        made(url_of(scheme), PublishSettings(), for_events=True)
    with pytest.raises(BadRequest, match="takes no events"):
        made(url_of(scheme), PublishSettings()).pack_events([EVENT], NINE_NS)


@every_row
def test_each_option_is_documented_with_an_example(scheme: str) -> None:
    (section,) = [part for part in PAGE.split("\n## ")[1:] if f"`{scheme}://`" in part.partition("\n")[0]]
    missing = [each for each in load(scheme).OPTIONS if each != ANY_OPTION and f"| `{each}` |" not in section]
    assert [] == missing
    assert re.search(rf"- {scheme}://", section), "without an example"


Found = Iterator[tuple[str, float]]


def objects_in(body: bytes) -> Found:
    for each in msgspec.json.decode(body):
        yield each["name"], each["volume"]


def columns_in(body: bytes) -> Found:
    found = msgspec.json.decode(body)
    for meter, value in zip(found["meter"], found["value"], strict=True):
        yield found["meters"][meter]["name"], value


def lines_in(body: bytes) -> Found:
    for line in body.splitlines():
        each = ast.literal_eval(line.decode())
        yield each["name"], each["volume"]


def messages_in(body: bytes) -> Found:
    for each in map(msgspec.msgpack.decode, unframed(body)):
        yield each["counter_name"], each["counter_volume"]


def series_in(body: bytes) -> Found:
    for line in body.splitlines()[1:]:
        if not line.startswith(b"#"):
            yield line.partition(b"{")[0].decode(), float(line.split()[-1])


def points_in(body: bytes) -> Found:
    for resource in msgspec.json.decode(body)["resourceMetrics"]:
        for metric in resource["scopeMetrics"][0]["metrics"]:
            for point in (metric.get("sum") or metric["gauge"])["dataPoints"]:
                yield metric["name"], point["asDouble"]


READ = {
    "http": objects_in,
    "https": objects_in,
    "file": lines_in,
    "nephoscope": columns_in,
    "opentelemetryhttp": points_in,
    "prometheus": series_in,
    "tcp": messages_in,
    "udp": messages_in,
}

drawn = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=12),
            "volume": st.floats(allow_nan=False, allow_infinity=False),
            "type": st.sampled_from(["gauge", "delta", "cumulative"]),
            "resource_id": st.text('ab/\u00e9\n"\\', min_size=1, max_size=3),
            "resource_metadata": st.dictionaries(
                st.text("kv", max_size=2), st.integers() | st.text("x", max_size=3) | st.none()
            ),
        }
    ),
    max_size=8,
    # A push has a series once, whatever it is called there.
    unique_by=lambda each: metric_name(str(each["name"])),
)


@pytest.mark.parametrize("scheme", sorted(READ))
@settings(max_examples=40, deadline=None)
@given(drawn)
def test_what_is_packed_says_the_same_names_and_volumes(scheme: str, listed: list[dict[str, object]]) -> None:
    of = made(url_of(scheme), PublishSettings())
    packed = list(of.pack(samples(*(sample() | each for each in listed)), NINE_NS))
    found = [pair for batch in packed for pair in READ[scheme](_plain(batch))]
    expected = [(str(each["name"]), each["volume"]) for each in listed]
    if scheme == "prometheus":
        expected = [(metric_name(name), volume) for name, volume in expected]
    assert sorted(expected) == sorted(found)
    assert len(listed) == sum(batch.samples for batch in packed)


def _plain(batch: EncodedBatch) -> bytes:
    return gzip.decompress(batch.body) if batch.encoding == "gzip" else batch.body


@pytest.mark.parametrize(
    ("url", "takes_events"),
    [
        ("http://{}/in", True),
        ("prometheus://{}/metrics/job/x", False),
        ("opentelemetryhttp://{}", False),
        ("nephoscope://{}?ssl=false", True),
    ],
)
def test_what_waited_on_disk_over_a_restart_arrives_as_it_would_have(
    tmp_path: Path, url: str, takes_events: bool
) -> None:
    with http_peer() as peer:
        before, after = (made(url.format(peer.address), PublishSettings()) for _ in range(2))
        batches = list(before.pack(samples(*(sample("cpu", i, resource_id=f"r{i}") for i in range(3))), NINE_NS))
        batches += before.pack_events([EVENT], NINE_NS) if takes_events else []
        assert [Accepted()] * len(batches) == [before.send(each) for each in batches]
        spool = Spool(tmp_path, bytes_max=10**6, age_s_max=60, wall_ns=lambda: NINE_NS)
        assert [None] * len(batches) == [spool.write(each) for each in batches]
        spool.close()
        spool = Spool(tmp_path, bytes_max=10**6, age_s_max=60, wall_ns=lambda: NINE_NS)
        while (batch := spool.oldest()) is not None:
            assert Accepted() == after.send(batch)
            spool.remove_oldest()
        spool.close()
        asked = [(each.path, each.body, each.headers["Idempotency-Key"]) for each in peer.requests]
    assert asked[: len(batches)] == asked[len(batches) :]


def test_options_that_nobody_knows_are_told_unless_they_are_the_peers() -> None:
    assert [] == ignored("http://peer/?anything=1")
    (told,) = ignored("file:///x?json&colour=blue")
    assert "option colour is ignored: the options are max_bytes, backup_count, json" in told
    assert ["udp://peer:1: option a is ignored: it has no options"] == ignored("udp://peer:1?a=1")


@pytest.mark.parametrize(
    ("scheme", "instead"),
    [
        ("test", "file:///path"),
        ("direct", "nephoscope://"),
        ("database", "nephoscope://"),
        ("kafka", "notifier://"),
        ("zaqar", "notifier://"),
        ("carrier-pigeon", "there are .*http, https"),
    ],
)
def test_a_scheme_that_is_not_offered_is_told_with_what_to_write_instead(scheme: str, instead: str) -> None:
    with pytest.raises(BadRequest, match=f"{scheme}.*{instead}"):
        made(f"{scheme}://", PublishSettings())


def test_a_port_that_is_none_is_told() -> None:
    with pytest.raises(BadRequest, match="cannot be read"):
        made("udp://peer:many", PublishSettings())


def test_packages_outside_can_offer_more_but_not_replace_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    points = [
        EntryPoint("pigeon", "nephoscope.pipeline.publish.udp:Udp", "nephoscope.publishers"),
        EntryPoint("http", "nephoscope.pipeline.publish.udp:Udp", "nephoscope.publishers"),
    ]
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: points)
    assert {*PUBLISHERS, "pigeon"} == set(offered())
    assert "Udp" == load("pigeon").__name__  # type: ignore[attr-defined]
    assert "Http" == load("http").__name__  # type: ignore[attr-defined]
