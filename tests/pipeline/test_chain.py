# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Which samples reach which publishers."""

from nephoscope.model.sample_columns import Samples
from nephoscope.pipeline.chain import Pipeline
from nephoscope.pipeline.config import read
from tests.pipeline.made import NINE_NS, sample, samples
from tests.project import PROJECT

TWO_SOURCES = """
sources:
  - {name: processors, meters: [cpu], sinks: [kept, rates]}
  - {name: all but disks, meters: ["!disk.*"], sinks: [rest]}
  - {name: memory, meters: [memory], sinks: [kept]}
sinks:
  - {name: kept, publishers: [gnocchi]}
  - {name: rest, publishers: ["file:///x"]}
  - name: rates
    publishers: [gnocchi]
    transformers:
      - {name: accumulator, parameters: {size: 2}}
      - {name: rate_of_change, parameters: {target: {name: cpu.rate}}}
"""


def told(found: Samples) -> list[tuple[str, float]]:
    return list(zip(found.name.tolist(), found.volume.tolist(), strict=True))


def test_sources_choose_and_sinks_change() -> None:
    pipeline = Pipeline(read(TWO_SOURCES))
    first = pipeline.take(
        samples(sample("memory", 5.0), sample("cpu", 1.0), sample("disk.x"), sample("other")), NINE_NS
    )
    assert {
        "kept": [("cpu", 1.0), ("memory", 5.0)],
        "rest": [("memory", 5.0), ("cpu", 1.0), ("other", 1.0)],
        "rates": [],
    } == {sink: told(found) for sink, found in first.items()}
    second = pipeline.take(samples(sample("cpu", 21.0, at_s=10)), NINE_NS)
    assert [("cpu.rate", 2.0)] == told(second["rates"])


def test_steps_can_be_watched() -> None:
    seen: list[tuple[str, int, int]] = []
    pipeline = Pipeline(read(TWO_SOURCES))
    pipeline.take(
        samples(sample("cpu", 1.0), sample("cpu", 3.0, at_s=2)), NINE_NS, lambda *told: seen.append(told_of(told))
    )
    assert [("rates", -1, 2), ("rates", 0, 0), ("rates", 1, 0), ("rates", 0, 2), ("rates", 1, 1)] == [
        each for each in seen if each[0] == "rates"
    ]


def told_of(watched: tuple[str, int, Samples]) -> tuple[str, int, int]:
    sink, step, out = watched
    return sink, step, len(out)


def test_the_example_runs_as_it_is() -> None:
    pipeline = Pipeline(read((PROJECT / "tests/data/pipeline-example.yaml").read_text()))
    cpus = [
        sample("cpu", volume, at_s, type="cumulative", resource_metadata={"cpu_number": 2})
        for volume, at_s in ((4e9, 0), (16e9, 10))
    ]
    reached = pipeline.take(samples(*cpus, sample("memory.usage", 512.0), sample("memory", 2048.0)), NINE_NS)
    assert [("cpu_util", 60.0)] == told(reached["cpu_util"])
    assert [("cpu.delta", 12e9)] == told(reached["cpu_growth"])
    assert [("memory_util", 25.0)] == told(reached["memory_percent"])
    assert 4 == len(reached["store"])
