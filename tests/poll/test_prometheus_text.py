# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What exporters show, read series by series."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.poll import prometheus_text
from nephoscope.poll.prometheus_text import Exposition, Series, TooManySeries

SHOWN = r"""
# HELP http_requests_total The total number of HTTP requests.
# TYPE http_requests_total counter
http_requests_total{method="post",code="200"} 1027 1395066363000
http_requests_total{method="post",code="400"}    3 1395066363000

# Escaping in label values:
msdos_file_access_time_seconds{path="C:\\DIR\\FILE.TXT",error="Cannot find file:\n\"FILE.TXT\"}"} 1.458255915e9
metric_without_timestamp_and_labels 12.47
something_weird{problem="division by zero",} +Inf -3982045
# TYPE http_request_duration_seconds histogram
http_request_duration_seconds_bucket{le="0.05"} 24054
http_request_duration_seconds_bucket{le="+Inf"} 144320
http_request_duration_seconds_sum 53423
http_request_duration_seconds_count 144320
# TYPE rpc_duration_seconds summary
rpc_duration_seconds{quantile="0.5"} 4773
rpc_duration_seconds_sum 1.7560473e+07
rpc_duration_seconds_count 2693
# TYPE memory_bytes gauge
memory_bytes 1e3
"""
OPEN_METRICS = """# TYPE acme_http_router_request counter
# UNIT acme_http_router_request requests
acme_http_router_request_total{path="/api"} 807283.0 1650 # {trace_id="x"} 0.4 1650
acme_http_router_request_created{path="/api"} 1605281325.0
# EOF
"""


def read(text: str) -> list[Series]:
    return list(Exposition(text).series())


def test_types_units_labels_and_escapes_are_read() -> None:
    found = read(SHOWN)
    assert Series("http_requests_total", "cumulative", "", {"method": "post", "code": "200"}, 1027) == found[0]
    labels = {"path": "C:\\DIR\\FILE.TXT", "error": 'Cannot find file:\n"FILE.TXT"}'}
    assert Series("msdos_file_access_time_seconds", "gauge", "s", labels, 1.458255915e9) == found[2]
    assert Series("metric_without_timestamp_and_labels", "gauge", "", {}, 12.47) == found[3]
    assert ({"problem": "division by zero"}, math.inf) == (found[4].labels, found[4].value)
    assert [
        ("http_request_duration_seconds_bucket", "cumulative", ""),
        ("http_request_duration_seconds_bucket", "cumulative", ""),
        ("http_request_duration_seconds_sum", "cumulative", "s"),
        ("http_request_duration_seconds_count", "cumulative", ""),
        ("rpc_duration_seconds", "gauge", "s"),
        ("rpc_duration_seconds_sum", "cumulative", "s"),
        ("rpc_duration_seconds_count", "cumulative", ""),
        ("memory_bytes", "gauge", "B"),
    ] == [(each.name, each.kind, each.unit) for each in found[5:]]


def test_the_newer_form_is_read_too() -> None:
    total, created = read(OPEN_METRICS)
    assert ("cumulative", "requests", 807283.0) == (total.kind, total.unit, total.value)
    assert "gauge" == created.kind


@pytest.mark.parametrize(
    "line", ["a", "a{", 'a{b="c} 1', "a{b=c} 1", 'a{b="c"x="d"} 1', "a one", "1a 2", 'a{b="c"} ', "ä 1", "a 1 2 3"]
)
def test_a_bad_line_costs_only_itself(line: str) -> None:
    exposition = Exposition(f"before 1\n{line}\nafter 2\n")
    assert ["before", "after"] == [each.name for each in exposition.series()]
    assert 1 == exposition.bad_lines


def test_an_exporter_without_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prometheus_text, "SERIES_MAX", 3)
    with pytest.raises(TooManySeries):
        read("a 1\n" * 4)


NAMES = st.from_regex(r"[a-zA-Z_][a-zA-Z0-9_]{0,8}", fullmatch=True)


@given(name=NAMES, labels=st.dictionaries(NAMES, st.text()), value=st.floats(allow_nan=False))
def test_what_is_written_is_read(name: str, labels: dict[str, str], value: float) -> None:
    escaped = {key: each.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"') for key, each in labels.items()}
    written = ",".join(f'{key}="{each}"' for key, each in escaped.items())
    (found,) = read(f"{name}{{{written}}} {value!r}\n")
    assert (name, labels, value) == (found.name, found.labels, found.value)


@given(st.text(alphabet='ab{}="\\,\n# 1.eTYPE+'))
def test_anything_is_read_or_counted(text: str) -> None:
    assert all(each.name for each in read(text))
