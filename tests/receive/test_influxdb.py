# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Line protocol: what becomes of lines, which one is named when something is wrong, and that nothing does harm."""

import time
from collections.abc import Iterator, Mapping
from contextlib import suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nephoscope.model.errors import BadArgument, BadPayload, TooLarge
from nephoscope.receive import influxdb
from nephoscope.receive.influxdb import decode, unit_of
from nephoscope.receive.series import SeriesBatch
from tests.receive import line_by_line
from tests.receive.line_by_line import Value

NOW = 1_700_000_000_000_000_007
Point = tuple[str, str, int, float]


@pytest.fixture(params=[64, 1 << 19])
def block_bytes(request: pytest.FixtureRequest) -> Iterator[int]:
    """Lines are read in blocks, whose borders must not show."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(influxdb, "BLOCK_BYTES", request.param)
        yield request.param


def decoded(payload: bytes | str, **others: int) -> SeriesBatch:
    raw = payload.encode() if isinstance(payload, str) else payload
    return decode(raw, resource_tag="host", now_ns=NOW, **others)


def points(batch: SeriesBatch) -> list[Point]:
    """(resource, metric, time in ns, value) of each point, in order."""
    columns = zip(batch.place.tolist(), batch.time.tolist(), batch.value.tolist(), strict=True)
    return [(*batch.series[place], time, value) for place, time, value in columns]


def refusal(payload: bytes | str) -> str:
    with pytest.raises(BadPayload) as caught:
        decoded(payload)
    assert "Value error" == caught.value.cause
    return caught.value.reason


def test_a_field_becomes_a_metric_named_after_measurement_field_and_sorted_tags() -> None:
    batch = decoded("cpu,zone=n,host=web1,cpu=cpu0 idle=12.5,user=3i 1700000000000000000")

    at = 1_700_000_000_000_000_000
    assert [
        ("web1", "cpu.idle@cpu=cpu0,zone=n", at, 12.5),
        ("web1", "cpu.user@cpu=cpu0,zone=n", at, 3.0),
    ] == points(batch)


def test_without_other_tags_there_is_no_at_sign() -> None:
    assert [("web1", "load.short")] == decoded("load,host=web1 short=1").series


def test_another_tag_may_name_the_resource() -> None:
    batch = decode(b"net,host=a,if=eth0 rx=1", resource_tag="if", now_ns=NOW)
    assert [("eth0", "net.rx@host=a")] == batch.series


def test_slashes_turn_to_underscores() -> None:
    assert [("a_b", "disk_io.read_s@path=_var_log")] == decoded("disk/io,host=a/b,path=/var/log read/s=1").series


@pytest.mark.parametrize(
    ("written", "value"),
    [
        *[("1", 1), ("1.5", 1.5), ("-1.5e3", -1500), ("+7", 7), (".5", 0.5), ("5.", 5), ("1E-2", 0.01), ("-0", 0)],
        *[("12i", 12), ("-12i", -12), ("+3i", 3), ("18446744073709551615u", 2.0**64)],
        *[(word, 1) for word in ("t", "T", "true", "True", "TRUE")],
        *[(word, 0) for word in ("f", "F", "false", "False", "FALSE")],
    ],
)
def test_numbers_and_booleans_are_values(written: str, value: float) -> None:
    assert [value] == decoded(f"m,host=a v={written} 1").value.tolist()


@pytest.mark.parametrize("text", ['""', '"a b"', '"a, b=1 c"', r'"a \" b"', r'"\\"', '"ü"', '"#"', '"1"'])
def test_quoted_texts_are_left_out_and_counted(text: str) -> None:
    batch = decoded(f"m,host=a s={text},v=1,w={text} 5\nm,host=a v=2 6")

    assert [("a", "m.v", 5, 1.0), ("a", "m.v", 6, 2.0)] == points(batch)
    assert {"text field": 2} == batch.left_out


@pytest.mark.parametrize(
    ("line", "series"),
    [
        (r"a\ b,host=x v=1", ("x", "a b.v")),
        (r"a\,b,host=x v=1", ("x", "a,b.v")),
        ("a=b,host=x v=1", ("x", "a=b.v")),
        (r"a\=b,host=x v=1", ("x", "a=b.v")),
        (r"m,host=x\ y,k\=1=\, f\ 1=1", ("x y", "m.f 1@k=1=,")),
        (r"m,host=a\\ v=1", ("a\\", "m.v")),
        (r"m,host=a\b v=1", ("a\\b", "m.v")),
        ('m,host="a" v=1', ('"a"', "m.v")),
        ("mäß,host=ü ö=1", ("ü", "mäß.ö")),
    ],
)
def test_backslashes_take_the_meaning_from_separators(line: str, series: tuple[str, str]) -> None:
    assert [series] == decoded(line).series


def test_a_missing_time_is_now() -> None:
    assert [NOW, 5, NOW] == decoded("m,host=a v=1\nm,host=a v=2 5\nm,host=a v=3 \n").time.tolist()


@pytest.mark.parametrize(
    ("precision", "unit_ns"),
    [
        *[(None, 1), ("", 1), ("n", 1), ("ns", 1), ("u", 10**3), ("us", 10**3), ("µ", 10**3), ("ms", 10**6)],
        *[("s", 10**9), ("m", 60 * 10**9), ("h", 3600 * 10**9)],
    ],
)
def test_times_count_in_the_unit_that_precision_names(precision: str | None, unit_ns: int) -> None:
    assert unit_ns == unit_of(precision)
    assert [7 * unit_ns] == decoded("m,host=a v=1 7", unit_ns=unit_of(precision)).time.tolist()


def test_an_unknown_precision_is_refused() -> None:
    with pytest.raises(BadArgument, match="'fortnight' is none of n, ns"):
        unit_of("fortnight")


@pytest.mark.parametrize("payload", ["", "\n\n", "# a comment\n", "\r\n", "# m,host=a v=1"])
def test_nothing_gives_nothing(payload: str) -> None:
    assert [] == points(decoded(payload))


def test_line_ends_of_windows_empty_lines_and_comments_do_not_matter() -> None:
    batch = decoded('m,host=a v=1 1\r\n\r\n# "\nm,host=a v=2 2\r\n')
    assert [("a", "m.v", 1, 1.0), ("a", "m.v", 2, 2.0)] == points(batch)


BAD_LINES = [
    *["m", "m,host=a", "m,host=a ", " m,host=a v=1", "m,host=a  v=1", ",host=a v=1", "m,host v=1", "m,host= v=1"],
    *["m,=a,host=a v=1", "m,host=a,k=a=b v=1", "m,host=a,, v=1", "m,host=a v", "m,host=a v=", "m,host=a =1"],
    *["m,host=a v=1,", "m,host=a ,v=1", "m,host=a v=1,,w=1", "m,host=a v=1=2", "m,host=a v==1", "m,host=a v=a"],
    *["m,host=a v=nan", "m,host=a v=inf", "m,host=a v=1e999", "m,host=a v=1.2.3", "m,host=a v=0x10", "m,host=a v=1_0"],
    *["m,host=a v=i", "m,host=a v=1.5i", "m,host=a v=1e3i", "m,host=a v=1ii", "m,host=a v=+-1", "m,host=a v=tRUE"],
    *['m,host=a v="', 'm,host=a v="a', 'm,host=a v=a"', 'm,host=a v="a"b', 'm,host=a v=1"a"', 'm,host=a "v"=1'],
    *['m,host=a v="a""b"', 'm,host=a v="a" "b"', r'm,host=a v="a\"', "m,host=a v='a'"],
    *[
        "m,host=a v=1 x",
        "m,host=a v=1 -5",
        "m,host=a v=1 1.5",
        "m,host=a v=1 1 2",
        "m,host=a v=1  1",
        "m,host=a v=1 1 ",
    ],
    *["m,host=a v=1 9223372036854775808", "m,host=a v=1 99999999999999999999", "m,host=a v=1 0x5", "m,host=a v=1 1,2"],
]


@pytest.mark.parametrize("line", BAD_LINES)
def test_a_bad_line_is_named_by_its_number(line: str, block_bytes: int) -> None:
    good = "m,host=a v=1 1\n\n#\n" * 5
    assert "Unable to parse line 16" == refusal(f"{good}{line}\n{good}")


def test_a_line_of_other_bytes_than_utf8_is_named() -> None:
    assert "Unable to parse line 2" == refusal(b"m,host=a v=1\nm,host=\xff v=1")
    assert "Unable to parse line 2" == refusal(b"m,host=a v=1\nm,host=a \xff=1")


@pytest.mark.parametrize("first", BAD_LINES)
def test_of_several_bad_lines_the_first_is_named(first: str) -> None:
    for later in BAD_LINES[::7]:
        assert "Unable to parse line 2" == refusal(f"m,host=a v=1\n{first}\nm,host=b v=1\n{later}")


def test_a_missing_resource_tag_is_named() -> None:
    assert "Unable to find key `host' in tags" == refusal("m,host=a v=1\nm,hosts=a v=1\nbad")
    assert "Unable to parse line 2" == refusal("m,host=a v=1\nbad\nm v=1")


def test_a_time_beyond_what_can_be_kept_is_refused_in_every_unit() -> None:
    last_hour = (2**63 - 1) // (3600 * 10**9)

    assert [last_hour * 3600 * 10**9] == decoded(f"m,host=a v=1 {last_hour}", unit_ns=unit_of("h")).time.tolist()
    with pytest.raises(BadPayload):
        decoded(f"m,host=a v=1 {last_hour + 1}", unit_ns=unit_of("h"))


def test_more_fields_than_allowed_are_refused() -> None:
    payload = 'm,host=a v=1,s="t",w=2\n' * 100

    assert 200 == len(decoded(payload, points_max=300))
    with pytest.raises(TooLarge, match="more than 299 fields"):
        decoded(payload, points_max=299)


def test_a_line_longer_than_a_block_is_refused() -> None:
    assert "Unable to parse line 2" == refusal(b"m,host=a v=1\nm,host=" + b"a" * influxdb.BLOCK_BYTES + b" v=1\n")


@pytest.mark.parametrize(
    "payload",
    [
        b"\n" * 4_000_000,
        b"," * 4_000_000,
        b'"' * 4_000_000,
        b"\\" * 4_000_000,
        b"a b\n" * 1_000_000,
        b"=,\n" * 1_000_000,
        b"m,host=a " + b"v=1," * 100_000 + b"v=\n",
        b"m,host=a v=1.2.3\n" * 100_000,
        b"m,host=a v=1 " + b"1" * 400_000,
    ],
    ids=range(9),
)
def test_hostile_payloads_take_bounded_time(payload: bytes) -> None:
    started = time.perf_counter()
    with suppress(BadPayload):
        decoded(payload)
    assert time.perf_counter() - started < 10


NAMES = st.text(st.characters(exclude_characters="\n\r", exclude_categories=["Cs"]), min_size=1, max_size=8).filter(
    lambda name: not name.startswith("#")
)
KEYS = NAMES.filter(lambda name: '"' not in name)
VALUES: st.SearchStrategy[Value | bool] = (
    st.floats(allow_nan=False, allow_infinity=False)
    | st.integers(-(2**53), 2**53)
    | st.booleans()
    | st.text(st.characters(exclude_characters="\n\r", exclude_categories=["Cs"]), max_size=8)
)
TIMES = st.none() | st.integers(0, 2**63 - 1)
LINES = st.tuples(
    NAMES, st.dictionaries(NAMES, NAMES, max_size=3), NAMES, st.dictionaries(KEYS, VALUES, min_size=1), TIMES
)
Written = tuple[str, Mapping[str, str], str, Mapping[str, Value | bool], int | None]


def expected(line: Written) -> list[Point]:
    """What the rules say of a line."""
    measurement, tags, host, fields, at = line
    rest = ",".join(f"{key}={tags[key]}" for key in sorted(tags) if key != "host")
    tail = f"@{rest}" if rest else ""
    return [
        (
            host.replace("/", "_"),
            f"{measurement}.{key}{tail}".replace("/", "_"),
            NOW if at is None else at,
            float(value),
        )
        for key, value in fields.items()
        if not isinstance(value, str)
    ]


@pytest.mark.parametrize("size", [200, 1 << 19])
@given(lines=st.lists(LINES, max_size=5))
@settings(deadline=None)
def test_what_was_written_is_read_back(size: int, lines: list[Written]) -> None:
    payload = "\n".join(
        line_by_line.write(measurement, {**tags, "host": host}, fields, at)
        for measurement, tags, host, fields, at in lines
    ).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(influxdb, "BLOCK_BYTES", max(size, *map(len, payload.split(b"\n"))) + 1)
        found = points(decoded(payload))
    assert [point for line in lines for point in expected(line)] == found


GOOD = rb"""m,host=a v=1 1
cpu,host=b\ c,k=1 idle=12.5,user=3i,up=t,note="a, \"b\"=c" 1700000000000000000
m\,x,z=\\,host=d f\=g=-.5e-3
# comment
"""
SIGNS = st.sampled_from(list(rb'\,= "#ti1.e-' + b"\n\r\x00\xff\xc3")) | st.integers(0, 255)
EDITS = st.lists(st.tuples(st.integers(0, len(GOOD) - 1), SIGNS, st.sampled_from("rid")), min_size=1, max_size=4)


def damaged(edits: list[tuple[int, int, str]]) -> bytes:
    """Replace, insert or delete single bytes."""
    raw = bytearray(GOOD)
    for place, byte, what in edits:
        at = min(place, len(raw))
        raw[at : at + (what != "i")] = b"" if what == "d" else bytes([byte])
    return bytes(raw)


NOISE = st.lists(
    st.sampled_from([b"m", b"host", b"v", b"1", b"i", b",", b"=", b" ", b'"', b"\\", b"\n", b"#"]), max_size=30
)


@given(payload=st.builds(damaged, EDITS) | NOISE.map(b"".join) | st.binary(max_size=60))
@example(payload=GOOD)
@settings(deadline=None, max_examples=500)
def test_near_misses_are_read_as_line_by_line_or_the_first_bad_line_is_named(payload: bytes) -> None:
    found: list[Point] = []
    problem = None
    for number, raw in enumerate(payload.split(b"\n"), 1):
        stripped = raw.removesuffix(b"\r")
        if not stripped or stripped.startswith(b"#"):
            continue
        line = line_by_line.read(stripped)
        if line is None or "host" not in line.tags:
            problem = "Unable to find key `host' in tags" if line else f"Unable to parse line {number}"
            break
        tags = {key: value for key, value in line.tags.items() if key != "host"}
        # One by one, for a line may name a field twice.
        for field in line.fields:
            found += expected((line.measurement, tags, line.tags["host"], dict([field]), line.time))
    if problem:
        assert problem == refusal(payload)
    else:
        assert found == points(decoded(payload))
