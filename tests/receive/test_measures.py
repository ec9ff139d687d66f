# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Measures in JSON: every notation of time and value, every error, and that nothing sent can do harm."""

import json
import math
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nephoscope.model.errors import BadPayload, BadRequest, InvalidInput, NephoscopeError, TooLarge
from nephoscope.receive.measures import (
    Measure,
    NamedMeasures,
    columns,
    decode_by_metric,
    decode_by_resource,
    decode_list,
)

SECOND = 10**9
NOW = 1_748_779_200 * SECOND
UNREADABLE = "unexpected timestamp 'Unable to convert timestamps'"
TOO_OLD = "unexpected timestamp 'Timestamp must be after Epoch'"


def body(*stamps: Any, value: Any = 1) -> bytes:
    return json.dumps([{"timestamp": stamp, "value": value} for stamp in stamps]).encode()


def times(*stamps: Any) -> list[int]:
    return [int(each) for each in columns([decode_list(body(*stamps))], NOW, 1000)[0]]


def values(raw: str) -> list[float]:
    found = columns([decode_list(f'[{{"timestamp": 1, "value": {raw}}}]'.encode())], NOW, 10)[1]
    return [float(each) for each in found]


def refusal(raw: bytes, read: Callable[[bytes], Any] = decode_list) -> tuple[str, list[str]]:
    with pytest.raises(InvalidInput) as caught:
        columns([read(raw)], NOW, 1000) if read is decode_list else read(raw)
    assert "Invalid input" == caught.value.cause
    return caught.value.reason, caught.value.detail


@pytest.mark.parametrize(
    ("stamp", "time_ns"),
    [
        (1748779200, NOW),
        (1748779200.5, NOW + SECOND // 2),
        (1748779200.1, NOW + SECOND // 10),
        ("1748779200", NOW),
        (" 1748779200.123456789 ", NOW + 123_456_789),
        ("1.7487792e9", NOW),
        ("2025-06-01", NOW - 12 * 3600 * SECOND),
        ("2025-06-01T12:00:00", NOW),
        ("2025-06-01 12:00", NOW),
        ("2025-06-01T12:00:00Z", NOW),
        ("2025-06-01T14:00:00+02:00", NOW),
        ("2025-06-01T07:00:00.25-0500", NOW + SECOND // 4),
        ("2025-06-01T12:00:00.123456789", NOW + 123_456_789),
        ("2025-06-01T12:00:00.123456789999", NOW + 123_456_789),
        ("-10 minutes", NOW - 600 * SECOND),
        ("+1 day", NOW + 86400 * SECOND),
        (0, 0),
        ("1970-01-01T00:00:00", 0),
        ("2262-04-11T23:47:16.854775807", 2**63 - 1),
    ],
)
def test_every_notation_of_time_is_read(stamp: Any, time_ns: int) -> None:
    assert [time_ns] == times(stamp)


def test_a_list_may_mix_forms_of_the_notation_that_its_first_element_has() -> None:
    assert [NOW, NOW, NOW] == times("2025-06-01T12:00:00Z", "2025-06-01T12:00:00", "2025-06-01 14:00:00+02:00")
    assert [NOW, 5 * SECOND] == times(1748779200, "5")
    assert [5 * SECOND, NOW] == times("5", 1748779200.0)
    assert [NOW - 60 * SECOND, NOW + 60 * SECOND] == times("-1 minute", "+1 minute")


@pytest.mark.parametrize(
    "stamps", [(1748779200, "2025-06-01"), ("2025-06-01", "1748779200"), ("2025-06-01", 1748779200), ("-1 day", 5)]
)
def test_another_notation_than_the_first_is_refused(stamps: Sequence[Any]) -> None:
    assert (UNREADABLE, []) == refusal(body(*stamps))


def test_each_list_has_a_notation_of_its_own() -> None:
    lists = [decode_list(body("2025-06-01T12:00:00")), [], decode_list(body(5)), decode_list(body("-1 minute", "+0s"))]

    assert [NOW, 5 * SECOND, NOW - 60 * SECOND, NOW] == columns(lists, NOW, 10)[0].tolist()


@pytest.mark.parametrize(
    "stamp",
    [
        *["", "a", "12:00", "2025-02-30T00:00:00", "2025-06-01T24:00:00", "2025-06-01T12:00:61", "9999-01-01"],
        *["inf", "nan", "0x10", "1_000", "1 minute", "2025-06-01T12:00:00+2", "9" * 200, "\ud800", "1\0"],
        *[True, None, [], {}, 1e10, 1e300, -(10**400), 10**400, math.nan, math.inf],
    ],
)
def test_an_unreadable_time_is_refused(stamp: Any) -> None:
    for stamps in ([stamp], [stamp, stamp], [1, stamp]):
        assert (UNREADABLE, []) == refusal(body(*stamps))


@pytest.mark.parametrize(
    "stamp", [-1, -0.5, -1e10, -1e300, "-1", "1969-12-31T23:59:59", "1600-01-01", "1970-01-01T00:00:00+01:00"]
)
def test_a_time_before_1970_is_refused(stamp: Any) -> None:
    assert (TOO_OLD, []) == refusal(body(stamp))


def test_a_relative_time_before_1970_is_refused() -> None:
    assert (TOO_OLD, []) == refusal(body("-100000 days"))


@pytest.mark.parametrize(
    ("written", "value"),
    [
        *[("1", 1.0), ("-2.5e3", -2500.0), ('"12.5"', 12.5), ('" 7 "', 7.0), ('"1e3"', 1000.0), ("true", 1.0)],
        ('"inf"', math.inf),
        ("-Infinity", -math.inf),
        ("1e999", math.inf),
        ("12345678901234567890", 1.2345678901234567e19),
    ],
)
def test_whatever_a_float_can_be_made_of_is_a_value(written: str, value: float) -> None:
    assert [value] == values(written)


@pytest.mark.parametrize("written", ["NaN", '"nan"', '"NaN"'])
def test_not_a_number_is_a_value(written: str) -> None:
    assert math.isnan(values(written)[0])


@pytest.mark.parametrize("written", ["null", '"x"', '""', "[]", "{}", '"1,5"', '"0x10"', "9" * 400])
def test_what_is_no_number_is_an_unexpected_value(written: str) -> None:
    raw = f'[{{"timestamp": 1, "value": 1}}, {{"timestamp": 1, "value": {written}}}]'.encode()
    assert ("unexpected measures value", []) == refusal(raw)


@pytest.mark.parametrize(
    "raw",
    [
        *[b"{}", b"1", b'"a"', b"null", b"[1]", b"[null]", b"[[]]", b"[{}]", b'[{"timestamp": 1}]', b'[{"value": 1}]'],
        *[b'[{"timestamp": 1, "value": 1}, {"Timestamp": 1, "value": 1}]', b"[[1, 2]]"],
        b'{"timestamp": 1, "value": 1}',
    ],
)
def test_what_is_no_list_of_measures_has_an_unexpected_format(raw: bytes) -> None:
    assert ("unexpected measures format", []) == refusal(raw)


@pytest.mark.parametrize("read", [decode_list, decode_by_metric, decode_by_resource])
@pytest.mark.parametrize(
    "raw", [b"", b"[", b"nul", b"\xff", b"[" * 100_000, b'{"a":' * 100_000, b"9" * 5000, b"[] []", b"{'a': []}"]
)
def test_what_is_no_json_is_refused(read: Callable[[bytes], Any], raw: bytes) -> None:
    with pytest.raises(BadPayload, match="not JSON"):
        read(raw)


def test_extra_keys_are_ignored_and_an_empty_list_is_fine() -> None:
    found = decode_list(b'[{"timestamp": 1, "value": 2, "unit": "B", "more": {"a": [null]}}]')

    assert [Measure(1.0, 2.0)] == found
    assert [] == decode_list(b"[]")
    assert [] == columns([], NOW, 0)[0].tolist() == columns([[], []], NOW, 0)[1].tolist()


def test_more_measures_than_allowed_are_refused() -> None:
    lists = [decode_list(body(1, 2)), decode_list(body(3))]

    assert 3 == len(columns(lists, NOW, 3)[0])
    with pytest.raises(TooLarge, match="3 measures in one request, at most 2"):
        columns(lists, NOW, 2)


@pytest.mark.parametrize("value", [b"1", b'"1"'], ids=["strict", "loose"])
def test_measures_by_metric(value: bytes) -> None:
    found = decode_by_metric(b'{"a": [{"timestamp": 5, "value": %b}], "b": []}' % value)
    assert {"a": [Measure(5.0, 1.0)], "b": []} == found


@pytest.mark.parametrize("value", [b"1", b'"1"'], ids=["strict", "loose"])
def test_measures_by_resource_may_say_what_to_make_metrics_from(value: bytes) -> None:
    point = b'[{"timestamp": 5, "value": %b}]' % value
    found = decode_by_resource(
        b'{"vm": {"cpu": %b, "disk": {"unit": "B", "archive_policy_name": "low", "measures": %b, "x": 1}}}'
        % (point, point)
    )

    measures = [Measure(5.0, 1.0)]
    assert {"vm": {"cpu": measures, "disk": NamedMeasures(measures, archive_policy_name="low", unit="B")}} == found
    assert {} == decode_by_resource(b"{}")


@pytest.mark.parametrize(
    ("read", "raw", "reason", "detail"),
    [
        (decode_by_metric, b"[]", "expected a dictionary", []),
        (decode_by_metric, b'{"a": {}}', "unexpected measures format", []),
        (decode_by_metric, b'{"a": [{"timestamp": 1, "value": "x"}]}', "unexpected measures value", []),
        (decode_by_resource, b"[]", "expected a dictionary", []),
        (decode_by_resource, b'{"vm": []}', "expected a dictionary", ["vm"]),
        (decode_by_resource, b'{"vm": {"cpu": 1}}', "unexpected measures format", []),
        (
            decode_by_resource,
            b'{"vm": {"cpu": {}}}',
            "required key not provided @ data['measures']",
            ["vm", "cpu", "measures"],
        ),
        (
            decode_by_resource,
            b'{"vm": {"cpu": {"measures": [], "unit": 5}}}',
            "expected str for dictionary value @ data['unit']",
            ["vm", "cpu", "unit"],
        ),
        (decode_by_resource, b'{"vm": {"cpu": {"measures": {}}}}', "unexpected measures format", []),
    ],
)
def test_a_batch_of_another_shape_is_refused(
    read: Callable[[bytes], Any], raw: bytes, reason: str, detail: list[str]
) -> None:
    assert (reason, detail) == refusal(raw, read)


@pytest.mark.parametrize("raw", [b'{"\\ud800": {}}', b'{"vm": {"\\udfff": []}}'])
def test_half_a_surrogate_pair_is_no_name(raw: bytes) -> None:
    with pytest.raises(BadPayload, match="unpaired surrogates"):
        decode_by_resource(raw)


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# What a double of today's seconds holds exactly enough to be told apart: microseconds.
MICROS = st.integers(0, 4 * 10**15)
NANOS = st.integers(0, 2**63 - 1)
OFFSETS = st.integers(-14 * 60, 14 * 60)


def iso(time_ns: int, offset_minutes: int, separator: str, spelled: str) -> str:
    """ISO 8601 with nine decimals, at an offset from UTC that is spelled `Z`, nothing (both 0), or in numbers."""
    shift = 0 if spelled != "numbers" else offset_minutes
    moment = EPOCH + timedelta(seconds=time_ns // SECOND, minutes=shift)
    zone = {"Z": "Z", "nothing": ""}.get(
        spelled, f"{'-' if shift < 0 else '+'}{abs(shift) // 60:02}:{abs(shift) % 60:02}"
    )
    return f"{moment:%Y-%m-%d}{separator}{moment:%H:%M:%S}.{time_ns % SECOND:09}{zone}"


ISO_LISTS = st.lists(
    NANOS.flatmap(
        lambda time_ns: st.builds(
            lambda *how: (time_ns, iso(time_ns, *how)),
            OFFSETS,
            st.sampled_from("T "),
            st.sampled_from(["Z", "nothing", "numbers"]),
        )
    ),
    max_size=6,
)
NUMBER_LISTS = st.lists(
    MICROS.flatmap(
        lambda micros: st.sampled_from(
            [
                (micros * 1000, micros / 1e6),
                (micros * 1000, f"{micros // 10**6}.{micros % 10**6:06}"),
                (micros // 10**6 * SECOND, micros // 10**6),
            ]
        )
    ),
    max_size=6,
)
RELATIVE_LISTS = st.lists(
    st.integers(-(10**6), 10**6).map(lambda seconds: (NOW + seconds * SECOND, f"{seconds:+} seconds")), max_size=6
)


@given(lists=st.lists(ISO_LISTS | NUMBER_LISTS | RELATIVE_LISTS, max_size=4))
@settings(deadline=None)
def test_times_in_any_notation_are_read_back_exactly(lists: list[list[tuple[int, Any]]]) -> None:
    measures = [decode_list(body(*(written for _, written in each))) for each in lists]

    assert [time_ns for each in lists for time_ns, _ in each] == columns(measures, NOW, 1000)[0].tolist()


@given(numbers=st.lists(st.floats(), max_size=6), as_text=st.booleans())
@settings(deadline=None)
def test_values_are_read_back_exactly(numbers: list[float], as_text: bool) -> None:
    sent = [{"timestamp": 1, "value": repr(number) if as_text else number} for number in numbers]
    found = columns([decode_list(json.dumps(sent).encode())], NOW, 10)[1].tolist()

    assert [repr(number) for number in numbers] == [repr(number) for number in found]


GOOD = (
    b'[{"timestamp": "2025-06-01T12:00:00", "value": 4.5}, {"timestamp": "2025-06-01", "value": "nan"}]',
    b'{"11111111-1111-1111-1111-111111111111": [{"timestamp": 1.5, "value": 4}, {"timestamp": "2", "value": 1}]}',
    b'{"vm": {"cpu": [{"timestamp": "-1 day", "value": NaN}], "d": {"unit": "B", "measures": []}}}',
)
SCRAPS = st.sampled_from(
    [
        *[b"{", b"}", b"[", b"]", b'"', b",", b":", b"-", b"e", b"9", b".", b"null", b"true", b"NaN"],
        *[b"\\ud800", b"\\u0000", b"\xff", b"1e400", b"9" * 30],
        *[b'"timestamp"', b'"value"', b'"measures"', b"1970", b"T"],
    ]
)
EDITS = st.lists(st.tuples(st.integers(0, 120), st.integers(0, 6), SCRAPS), min_size=1, max_size=4)


def damaged(raw: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    """Put scraps in place of what is there."""
    for at, length, scrap in edits:
        raw = raw[:at] + scrap + raw[at + length :]
    return raw


@pytest.mark.parametrize("read", [decode_list, decode_by_metric, decode_by_resource])
@given(raw=st.builds(damaged, st.sampled_from(GOOD), EDITS) | st.binary(max_size=60))
@example(raw=b'[{"timestamp": "\\ud800", "value": 1}]')
@settings(deadline=None, max_examples=300)
def test_near_misses_and_noise_are_read_or_refused(read: Callable[[bytes], Any], raw: bytes) -> None:
    try:
        found = read(raw)
        times_ns, _ = columns(lists_in(found), NOW, 1000)
    except NephoscopeError as problem:
        refused = problem
    else:
        assert all(0 <= time_ns < 2**63 for time_ns in times_ns.tolist())
        return
    assert isinstance(refused, BadRequest)
    assert re.search("not JSON|unexpected|expected|required|not allowed in names", refused.message)


def lists_in(found: Any) -> list[list[Measure]]:
    """Every list of measures in what a decoder gave."""
    if isinstance(found, dict):
        return [each for value in found.values() for each in lists_in(value)]
    return [found.measures if isinstance(found, NamedMeasures) else found]
