# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Bodies of the broker: both versions of the envelope, and what is none."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.model import timestamp
from nephoscope.model.errors import BadPayload
from nephoscope.receive.notifications.message import BYTES_MAX, DEPTH_MAX, TEXT_LENGTH_MAX, read
from tests.receive.notifications.recorded import FILES, body, recorded

INNER: dict[str, Any] = {
    "message_id": "m-1",
    "publisher_id": "compute.host-1",
    "event_type": "compute.instance.update",
    "priority": "INFO",
    "payload": {"a": 1},
    "timestamp": "2026-03-02 09:15:30.123456",
    "_unique_id": "u-1",
    "_context_user_id": "user",
    "_context_auth_token": "gAAAAABsecret",
}
TIME_NS = timestamp.parse("2026-03-02T09:15:30.123456", 0)


def encoded(**changes: Any) -> bytes:
    return json.dumps({key: value for key, value in (INNER | changes).items() if value is not ...}).encode()


@pytest.mark.parametrize("file", FILES)
def test_version_1_is_the_inside_of_version_2(file: str) -> None:
    found = recorded(file)
    assert read(json.dumps(found["decoded"]).encode()) == read(body(file))


def test_a_message_has_its_parts() -> None:
    found = read(encoded())
    assert ("m-1", "u-1", "compute.host-1") == (found.message_id, found.unique_id, found.publisher_id)
    assert ("compute.instance.update", "info", {"a": 1}) == (found.event_type, found.priority, found.payload)
    assert TIME_NS == found.timestamp_ns


def test_the_document_is_what_definitions_were_written_for() -> None:
    expected = {
        "publisher_id": "compute.host-1",
        "event_type": "compute.instance.update",
        "priority": "info",
        "payload": {"a": 1},
        "ctxt": {"user_id": "user"},
        "metadata": {"message_id": "m-1", "timestamp": "2026-03-02 09:15:30.123456"},
    }
    assert expected == read(encoded()).document


def test_a_token_goes_no_further() -> None:
    assert "secret" not in repr(read(encoded()))


def test_without_a_unique_id_the_message_id_tells_repetitions() -> None:
    assert "m-1" == read(encoded(_unique_id=...)).unique_id


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-02 09:15:30.123456",
        "2026-03-02T09:15:30.123456",
        "2026-03-02T09:15:30.123456Z",
        "2026-03-02 09:15:30.123456+00:00",
        "2026-03-02T11:15:30.123456+0200",
    ],
)
def test_times_have_a_blank_or_a_t_with_or_without_zone(written: str) -> None:
    assert TIME_NS == read(encoded(timestamp=written)).timestamp_ns


DEEP = "[" * (DEPTH_MAX + 2) + "]" * (DEPTH_MAX + 2)
VERY_DEEP = "[" * 100_000 + "]" * 100_000


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (b"", "is JSON"),
        (b"\xff", "is JSON"),
        (b"{", "is JSON"),
        (b"[]", "is a JSON map"),
        (b'{"oslo.version": "3.0", "oslo.message": "{}"}', "another oslo.version"),
        (b'{"oslo.version": "2.0", "oslo.message": {}}', "oslo.message is no text"),
        (b'{"oslo.version": "2.0", "oslo.message": "{"}', "is JSON"),
        (b'{"oslo.version": "2.0", "oslo.message": "[]"}', "is a JSON map"),
        (b'{"oslo.version": "2.0", "oslo.message": "{}"}', "a text as message_id"),
        (encoded(message_id=...), "a text as message_id"),
        (encoded(message_id=7), "a text as message_id"),
        (encoded(event_type=""), "a text as event_type"),
        (encoded(publisher_id=None), "a text as publisher_id"),
        (encoded(priority=["INFO"]), "a text as priority"),
        (encoded(timestamp=...), "a text as timestamp"),
        (encoded(timestamp="yesterday"), "a time such as 2026-03-02 09:15:30.123456: Unable to convert"),
        (encoded(timestamp="-1 hour"), "a time such as"),
        (encoded(event_type="x" * (TEXT_LENGTH_MAX + 1)), "event_type has at most 1024 signs, there are 1025"),
        (DEEP.join(['{"a":', "}"]).encode(), "at most 64 levels"),
        (VERY_DEEP.join(['{"a":', "}"]).encode(), "at most 64 levels"),
        (b" " * (BYTES_MAX + 1), f"at most {BYTES_MAX} bytes"),
    ],
)
def test_what_is_no_notification_is_refused_with_the_reason(bad: bytes, told: str) -> None:
    with pytest.raises(BadPayload, match=re.escape(told)):
        read(bad)


def test_many_small_maps_are_not_deep() -> None:
    assert 1000 == len(read(encoded(payload=[{"a": [1]}] * 1000)).payload)


@given(st.binary(max_size=60))
def test_any_bytes_are_refused(noise: bytes) -> None:
    with pytest.raises(BadPayload):
        read(noise)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()


@given(st.dictionaries(st.sampled_from(sorted(INNER)), SCALARS | st.just(...), max_size=3))
def test_near_misses_are_read_or_refused(changes: dict[str, Any]) -> None:
    try:
        found = read(encoded(**changes))
    except BadPayload:
        return
    assert found.message_id
    assert found.timestamp_ns >= 0
