# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Remote write: what becomes of series, and that nothing sent can do harm."""

import math
import re
import struct
import time
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nephoscope.model.errors import BadPayload, InvalidInput, NephoscopeError, TooLarge
from nephoscope.receive import protobuf
from nephoscope.receive.prometheus import decode
from nephoscope.receive.series import SeriesBatch
from tests.receive.remote_write import (
    STALE,
    Series,
    as_google_reads,
    body,
    label,
    message,
    nested,
    packed,
    sample,
    varint,
)

MS = 1_000_000
Point = tuple[str, str, int, float]

NAMES = st.sampled_from(["__name__", "job", "instance", "cpu", "mode", "__name_", "jobs", ""]) | st.text(max_size=12)
TEXTS = st.sampled_from(["up", "node", "a:9100", "x/y"]) | st.text(max_size=12)
NUMBERS = st.floats(allow_nan=False) | st.just(0.0)
TIMES = st.integers(0, (2**63 - 1) // MS)
SAMPLES = st.lists(st.tuples(NUMBERS, TIMES), max_size=4)
NAMED_SERIES = st.tuples(
    st.builds(
        lambda labels, name: {**labels, "__name__": name}, st.dictionaries(NAMES, TEXTS, max_size=6), TEXTS.filter(len)
    ),
    SAMPLES,
)
REQUESTS = st.lists(NAMED_SERIES, max_size=6)


@pytest.fixture(params=[1, 4, 10**9], ids=["always together", "as many as there are", "always alone"])
def together_min(request: pytest.FixtureRequest) -> Iterator[int]:
    """Messages are read by arrays or by plain Python, which must agree."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(protobuf, "_TOGETHER_MIN", request.param)
        yield request.param


def points(batch: SeriesBatch) -> list[Point]:
    """(resource, metric, time in ns, value) of each point, in order."""
    columns = zip(batch.place.tolist(), batch.time.tolist(), batch.value.tolist(), strict=True)
    return [(*batch.series[place], time, value) for place, time, value in columns]


def expected(series: Sequence[Series]) -> list[Point]:
    """What the rules say, series by series."""
    found = []
    for labels, samples in series:
        resource = f"{labels.get('job') or 'none'}@{labels.get('instance') or 'none'}".replace("/", "_")
        found += [(resource, labels["__name__"].replace("/", "_"), ms * MS, value) for value, ms in samples]
    return found


def test_a_series_becomes_a_metric_of_job_at_instance() -> None:
    batch = decode(
        body(({"__name__": "up", "instance": "a:9100", "job": "node", "zone": "n"}, [(1.5, 1000), (2, 2000)]))
    )

    assert [("node@a:9100", "up", 1000 * MS, 1.5), ("node@a:9100", "up", 2000 * MS, 2.0)] == points(batch)
    assert {"node@a:9100": {"job": "node", "instance": "a:9100"}} == batch.attributes


@pytest.mark.parametrize("labels", [{}, {"job": "", "instance": ""}])
def test_a_missing_or_empty_job_or_instance_is_none(labels: dict[str, str]) -> None:
    batch = decode(body(({"__name__": "up", **labels}, [(1, 1)])))

    assert [("none@none", "up")] == batch.series
    assert {"none@none": {"job": "none", "instance": "none"}} == batch.attributes


def test_slashes_in_names_turn_to_underscores_and_stay_in_attributes() -> None:
    batch = decode(body(({"__name__": "a/b", "job": "ns/pod", "instance": "http://x/"}, [(1, 1)])))

    assert [("ns_pod@http:__x_", "a_b")] == batch.series
    assert {"ns_pod@http:__x_": {"job": "ns/pod", "instance": "http://x/"}} == batch.attributes


def test_series_that_differ_in_other_labels_only_share_a_metric() -> None:
    batch = decode(body(*(({"__name__": "cpu", "cpu": str(n), "job": "j"}, [(n, n)]) for n in range(3))))

    assert [("j@none", "cpu")] == batch.series
    assert [0.0, 1.0, 2.0] == batch.value.tolist()


def test_values_that_messages_leave_out_are_zero() -> None:
    assert [("none@none", "up", 0, 0.0)] == points(decode(packed(nested(1, label("__name__", "up") + nested(2, b"")))))


def test_a_label_given_twice_counts_as_it_is_given_last() -> None:
    raw = nested(1, label("__name__", "a") + label("__name__", "b") + sample(1, 1))
    assert [("none@none", "b")] == decode(packed(raw)).series


def test_stale_markers_exemplars_and_histograms_are_left_out_and_counted() -> None:
    extras = nested(3, b"") + nested(4, b"") * 2
    raw = nested(1, label("__name__", "up") + sample(STALE, 1) + sample(math.nan, 2) + sample(3, 3) + extras)
    batch = decode(packed(raw))

    assert {"stale marker": 1, "exemplar": 1, "histogram": 2} == batch.left_out
    assert [2 * MS, 3 * MS] == batch.time.tolist()
    assert math.isnan(batch.value[0])


def test_a_series_without_samples_is_nothing() -> None:
    batch = decode(body(({"job": "j"}, []), ({"__name__": "up"}, [(1, 1)])))

    assert [("none@none", "up")] == batch.series


@pytest.mark.parametrize("raw", [b"", b"\x0a\x00", nested(3, b"metadata")])
def test_nothing_gives_nothing(raw: bytes) -> None:
    assert [] == points(decode(packed(raw)))


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (nested(1, label("job", "j") + sample(1, 1)), "no __name__"),
        (nested(1, label("__name__", b"\xff") + sample(1, 1)), "not UTF-8"),
        (nested(4, b"") + nested(5, b"\x0a\x00"), "remote write 2.0"),
        (b"\x0a\x05abc", "longer than its message"),
        (nested(1, b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\x7f"), "longer than its message"),
        (nested(1, b"\x80" * 11), "ten bytes"),
        (nested(1, b"\x0b\x0c"), "unknown kind"),
        (nested(1, b"\x02\x00"), "no number"),
        (nested(1, label("__name__", "up") + nested(2, b"\x09\x00")), "longer than its message"),
        (nested(1, label("__name__", "up") + nested(2, b"\x10\x80")), "breaks off"),
    ],
)
def test_what_is_no_write_request_is_refused(raw: bytes, says: str, together_min: int) -> None:
    with pytest.raises(BadPayload, match=f"{says}|breaks off"):
        decode(packed(raw))


@pytest.mark.parametrize(
    ("time_ms", "says"), [(-1, "after Epoch"), (2**63 // MS + 1, "Unable to convert"), (2**63 - 1, "Unable to convert")]
)
def test_a_time_that_cannot_be_kept_is_refused(time_ms: int, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        decode(body(({"__name__": "up"}, [(1.0, 1), (1.0, time_ms)])))


@pytest.mark.parametrize("payload", [b"", b"\x05abc", b"\xff" * 12, b'{"not": "snappy"}', packed(b"ab")[:-1]])
def test_what_is_not_snappy_is_refused(payload: bytes) -> None:
    with pytest.raises(BadPayload, match="snappy"):
        decode(payload)


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = packed(bytes(50_000_000))
    started = time.perf_counter()

    with pytest.raises(TooLarge, match="1000000 bytes"):
        decode(bomb, bytes_max=1_000_000)
    with pytest.raises(BadPayload, match="larger than it can be"):
        decode(varint(200_000_000) + b"abcdef")
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    "raw",
    [
        nested(1, b"") * 1_100_000,
        nested(1, nested(1, b"") * 1_100_000),
        nested(1, label("__name__", "up") + nested(1, b"\x0a\x00" * 1_100_000)),
    ],
    ids=["series", "labels", "parts of a label"],
)
def test_millions_of_empty_fields_are_refused_in_bounded_time(raw: bytes) -> None:
    payload = packed(raw)
    started = time.perf_counter()

    with pytest.raises(TooLarge, match="fields"):
        decode(payload, points_max=1000)
    assert time.perf_counter() - started < 10


def test_more_samples_than_allowed_are_refused() -> None:
    payload = body(({"__name__": "up"}, [(1.0, n) for n in range(101)]))

    assert 101 == len(decode(payload, points_max=101))
    with pytest.raises(TooLarge, match="more than 100 samples"):
        decode(payload, points_max=100)


@given(series=REQUESTS)
@settings(deadline=None)
def test_what_another_encoder_wrote_is_read_back(series: list[Series]) -> None:
    found = decode(body(*series))
    assert expected(series) == points(found)
    assert set(found.attributes) == {resource for resource, _ in found.series}


def test_many_series_of_unequal_length_are_read_back(together_min: int) -> None:
    series = [
        (
            {"__name__": f"m{n % 7}", "job": "j" * (n % 200), "z" * n: "v" * n},
            [(n + k / 8, n * k) for k in range(n % 5)],
        )
        for n in range(150)
    ]
    assert expected(series) == points(decode(body(*series)))


GOOD = message([({"__name__": "up", "job": "j"}, [(1.5, 300), (2.0, 2**40)]), ({"__name__": "a" * 200}, [(0, 0)])] * 2)
EDITS = st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=4)


# Groups, which nobody has sent for long, and what the message means.
OURS_TO_REFUSE = re.compile("unknown kind|__name__|UTF-8|unexpected timestamp|remote write 2.0")


def damaged(edits: Sequence[tuple[int, int]], cut: int | None) -> bytes:
    raw = bytearray(GOOD)
    for place, byte in edits:
        raw[place] = byte
    return bytes(raw[:cut])


@pytest.mark.parametrize("least", [1, 10**9], ids=["together", "alone"])
@given(raw=st.builds(damaged, EDITS, st.none() | st.integers(0, len(GOOD))) | st.binary(max_size=60))
@example(raw=GOOD)
@settings(deadline=None, max_examples=400)
def test_near_misses_are_read_as_google_reads_them_or_refused(least: int, raw: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(protobuf, "_TOGETHER_MIN", least)
        theirs = as_google_reads(raw)
        found, refused = outcome(raw)
    if found is None:
        assert theirs is None or OURS_TO_REFUSE.search(refused)
    elif theirs is not None:
        assert [(value_bits(value), ms * MS) for value, ms in live(theirs)] == [
            (value_bits(value), time) for value, time in zip(found.value.tolist(), found.time.tolist(), strict=True)
        ]


def outcome(raw: bytes) -> tuple[SeriesBatch | None, str]:
    """What is read, or why it is refused."""
    try:
        return decode(packed(raw)), ""
    except NephoscopeError as problem:
        return None, problem.message


def test_the_undamaged_request_is_read_by_both() -> None:
    """So that the test above is not about refusals only."""
    theirs = as_google_reads(GOOD)
    assert theirs is not None
    assert 6 == len(live(theirs)) == len(decode(packed(GOOD)))


def live(series: Sequence[Series]) -> list[tuple[float, int]]:
    return [each for _, samples in series for each in samples if value_bits(each[0]) != value_bits(STALE)]


def value_bits(value: float) -> bytes:
    return struct.pack("<d", value)
