# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Remote write over HTTP: resources and metrics appear by themselves, and the samples can be read at once."""

from typing import Any

import pytest

from nephoscope.observe import registry
from tests.api.asgi import Answer, Client, basic
from tests.receive.remote_write import STALE, Series, body

WRITE = "/gnocchi/v1/prometheus/write"
HEADERS = {"content-type": "application/x-protobuf", "content-encoding": "snappy"}
NOON_MS = 1_748_779_200_000
UP: Series = ({"__name__": "up", "job": "node", "instance": "a:9100"}, [(1.0, NOON_MS), (3.0, NOON_MS + 1000)])


def write(client: Client, *series: Series, **headers: str) -> Answer:
    return client.request("POST", WRITE, body=body(*series), headers={**HEADERS, **headers})


def get(client: Client, path: str) -> Any:
    answer = client.request("GET", f"/gnocchi/v1{path}")
    assert 200 == answer.status, answer.text
    return answer.json()


def test_samples_are_stored_under_job_at_instance_when_they_are_answered(writer: Client) -> None:
    answer = write(writer, UP)

    assert (202, b"") == (answer.status, answer.body)
    [resource] = get(writer, "/resource/prometheus")
    assert ("node@a:9100", "node", "a:9100") == tuple(
        resource[key] for key in ("original_resource_id", "job", "instance")
    )
    assert [["2025-06-01T12:00:00+00:00", 300.0, 2.0]] == get(
        writer, "/resource/prometheus/node@a:9100/metric/up/measures"
    )


def test_the_resource_type_is_made_with_the_first_resource(writer: Client) -> None:
    write(writer, UP)

    attributes = get(writer, "/resource_type/prometheus")["attributes"]
    assert {"job": ("string", True), "instance": ("string", True)} == {
        name: (each["type"], each["required"]) for name, each in attributes.items()
    }


def test_policies_are_chosen_by_rule(writer: Client) -> None:
    rule = {"name": "counters", "metric_pattern": "*_total", "archive_policy_name": "high"}
    writer.request("POST", "/gnocchi/v1/archive_policy_rule", data=rule)
    write(writer, UP, ({"__name__": "requests_total", "job": "node", "instance": "a:9100"}, [(1, NOON_MS)]))

    metrics = get(writer, "/resource/prometheus/node@a:9100/metric")
    assert {"up": "low", "requests_total": "high"} == {each["name"]: each["archive_policy"]["name"] for each in metrics}


def test_writing_again_finds_what_was_made(writer: Client) -> None:
    for _ in range(2):
        assert 202 == write(writer, UP).status
    write(writer, ({**UP[0], "__name__": "load"}, [(0.5, NOON_MS)]))

    assert 1 == len(get(writer, "/resource/prometheus"))
    assert {"load", "up"} == {each["name"] for each in get(writer, "/metric")}
    assert 2.0 == get(writer, "/resource/prometheus/node@a:9100/metric/up/measures?aggregation=count")[0][2]


@pytest.mark.parametrize("content_type", ["application/x-protobuf", "text/plain", ""])
@pytest.mark.parametrize("encoding", ["snappy", "Snappy", ""])
def test_any_content_type_is_taken(writer: Client, content_type: str, encoding: str) -> None:
    headers = {"content-type": content_type, "content-encoding": encoding}
    assert 202 == write(writer, UP, **{name: value for name, value in headers.items() if value}).status


def test_a_body_may_arrive_in_pieces_without_a_length(writer: Client) -> None:
    raw = body(UP)
    pieces = [raw[:5], raw[5:9], raw[9:]]

    assert 202 == writer.request("POST", WRITE, pieces=pieces, headers=HEADERS).status
    assert 1 == len(get(writer, "/resource/prometheus"))


def test_remote_write_2_is_an_unsupported_type_so_that_senders_fall_back(writer: Client) -> None:
    proto = "application/x-protobuf;proto=io.prometheus.write.v2.Request"
    assert 415 == writer.request("POST", WRITE, body=b"", headers={"content-type": proto}).status


def test_what_is_left_out_is_counted_and_makes_nothing(writer: Client) -> None:
    before = registry.value("nephoscope_dropped_total", station="receive", cause="stale marker")

    assert 202 == write(writer, (UP[0], [(STALE, NOON_MS)])).status
    assert before + 1 == registry.value("nephoscope_dropped_total", station="receive", cause="stale marker")
    assert [] == get(writer, "/metric")


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"", 400),
        (b"not snappy", 400),
        (body(({"job": "j"}, [(1, 1)])), 400),
        (body(({"__name__": "up"}, [(1, -1)])), 400),
        (body(({"__name__": "x" * 256}, [(1, 1)])), 400),
        (body(({"__name__": "a\0b"}, [(1, 1)])), 400),
        (body(({"__name__": "up", "job": "j" * 300}, [(1, 1)])), 400),
        (body(({"__name__": "up"}, [(1, n) for n in range(1001)])), 413),
    ],
)
def test_bad_requests_store_nothing(writer: Client, raw: bytes, status: int) -> None:
    assert status == writer.request("POST", WRITE, body=raw, headers=HEADERS).status
    assert [] == get(writer, "/metric")
    assert [] == get(writer, "/resource/generic")


def test_only_admins_and_services_may_make_the_type_but_anybody_may_write_then(writer: Client) -> None:
    bob = basic("bob")
    assert 403 == write(writer, UP, **bob).status
    assert 401 == write(writer, UP, authorization="").status
    write(writer, UP)

    assert 202 == write(writer, UP, **bob).status
    creators = {each["creator"] for each in get(writer, "/resource/prometheus")}
    assert {"admin", "bob"} == creators
