# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What the recorded vectors do not show of single transformers."""

from hypothesis import given
from hypothesis import strategies as st

from nephoscope.model.sample_columns import Samples
from nephoscope.model.sample_json import encode
from nephoscope.observe import registry
from tests.pipeline.made import NINE_NS, sample, samples, transformer


def volumes(found: Samples) -> list[float]:
    return [float(each) for each in found.volume]


def test_a_conversion_leaves_other_units_alone_and_everything_in_its_order() -> None:
    halved = transformer("unit_conversion", source={"unit": "B"}, target={"unit": "KiB", "scale": 0.5})
    found = halved.take(samples(sample(unit="B"), sample(unit="s", volume=3.0), sample(unit="B", volume=8.0)))
    assert [("KiB", 0.5), ("s", 3.0), ("KiB", 4.0)] == [(each["unit"], each["volume"]) for each in encode(found)]


def test_what_an_expression_has_no_value_for_is_dropped_and_counted() -> None:
    cause = {"station": "pipeline", "cause": "expression without a value"}
    before = registry.value("nephoscope_dropped_total", **cause)
    inverse = transformer("unit_conversion", source={"unit": "B"}, target={"scale": "1 / volume"})
    found = inverse.take(samples(sample(unit="B", volume=0.0), sample(unit="s"), sample(unit="B", volume=4.0)))
    assert [1.0, 0.25] == volumes(found)
    assert 1 == registry.value("nephoscope_dropped_total", **cause) - before


def test_an_aggregate_waits_for_its_time() -> None:
    hourly = transformer("aggregator", size=None, retention_time=3600)
    hourly.take(samples(sample(volume=1.0), sample(volume=3.0, at_s=10)))
    assert [] == volumes(hourly.flush(NINE_NS + 3600 * 10**9))
    assert [2.0] == volumes(hourly.flush(NINE_NS + 3601 * 10**9))
    assert [] == volumes(hourly.flush(NINE_NS + 9999 * 10**9))


@given(
    st.lists(st.tuples(st.sampled_from(["r1", "r2"]), st.integers(0, 99)), min_size=1, max_size=20), st.integers(1, 19)
)
def test_an_aggregate_is_the_same_however_its_samples_came(points: list[tuple[str, int]], cut: int) -> None:
    listed = [sample(volume=float(volume), resource_id=resource) for resource, volume in points]
    whole, parts = (transformer("aggregator", size=len(points)) for _ in range(2))
    whole.take(samples(*listed))
    parts.take(samples(*listed[:cut]))
    parts.take(samples(*listed[cut:]))
    assert list(encode(whole.flush(NINE_NS))) == list(encode(parts.flush(NINE_NS)))


def test_arithmetic_keeps_what_waits_for_other_meters_apart_by_resource() -> None:
    total = transformer("arithmetic", target={"name": "sum", "expr": "$(a) + $(b)"})
    total.take(samples(sample("a", 1.0, resource_id="r1"), sample("a", 10.0, resource_id="r2"), sample("c")))
    assert [] == volumes(total.flush(NINE_NS))
    total.take(samples(sample("b", 5.0, resource_id="r2"), sample("a", 2.0, resource_id="r1")))
    assert [15.0] == volumes(total.flush(NINE_NS))
    total.take(samples(sample("b", 7.0, resource_id="r1")))
    assert [9.0] == volumes(total.flush(NINE_NS))


def test_an_accumulator_below_one_holds_nothing() -> None:
    assert [1.0] == volumes(transformer("accumulator", size=0).take(samples(sample())))


def test_a_pattern_whose_replacement_fails_falls_back_to_the_name_given() -> None:
    broken = transformer(
        "unit_conversion",
        source={"map_from": {"name": "cpu"}},
        target={"name": "given", "map_to": {"name": "\\3"}},
    )
    assert ["given"] == broken.take(samples(sample())).name.tolist()
