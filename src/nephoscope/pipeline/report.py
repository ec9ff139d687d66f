# SPDX-License-Identifier: Apache-2.0
"""Pipelines as an agent's report shows them: their parts, and what each has taken and let out so far."""

from collections.abc import Sequence

from nephoscope.model.agent_report import (
    LISTED_MAX,
    Pipeline,
    PipelineSink,
    PipelineSource,
    PipelineStep,
    shown,
)
from nephoscope.observe import registry
from nephoscope.pipeline.config import PipelineConfig, SinkConfig, SourceConfig, Takes

registry.describe("nephoscope_pipeline_samples_total", "counter", "Samples by sink, and step that let them out.")
registry.describe("nephoscope_pipeline_events_total", "counter", "Events that reached the publishers of a sink.")
registry.describe("nephoscope_pipeline_taken_total", "counter", "Samples or events that a source has taken.")


def count_taken(takes: Takes, source: str, number: int) -> None:
    """Count what a source took."""
    if number:
        registry.count("nephoscope_pipeline_taken_total", number, takes=takes, source=source)


def count_out(sink: str, step: int, number: int) -> None:
    """Count the samples that came out of a step of a sink, -1 being what enters it."""
    if number:
        registry.count("nephoscope_pipeline_samples_total", number, sink=sink, step=str(step + 1))


def reported(config: PipelineConfig, takes: Takes, outlets: Sequence[str], most: int = LISTED_MAX) -> Pipeline:
    """
    A pipeline with its counts, which all pipelines of a process have in common.

    `outlets` are the publishers' URLs in the order in which the report lists them; `most` bounds each list.
    """
    sources = tuple(_source(each, takes, most) for each in config.sources[:most])
    return Pipeline(takes, sources, tuple(_sink(each, takes, outlets, most) for each in config.sinks[:most]))


def _source(source: SourceConfig, takes: Takes, most: int) -> PipelineSource:
    return PipelineSource(
        name=shown(source.name),
        takes=tuple(shown(each) for each in source.names.patterns[:most]),
        sinks=tuple(shown(each) for each in source.sinks[:most]),
        taken=registry.value("nephoscope_pipeline_taken_total", takes=takes, source=source.name),
    )


def _sink(sink: SinkConfig, takes: Takes, outlets: Sequence[str], most: int) -> PipelineSink:
    places = tuple(outlets.index(url) for url in sink.publishers if url in outlets)
    if takes == "events":
        entered = registry.value("nephoscope_pipeline_events_total", sink=sink.name)
        return PipelineSink(shown(sink.name), entered, (), places[:most])
    entered, *out = (_out(sink.name, step) for step in range(-1, len(sink.transformers)))
    steps = [PipelineStep(each.name, number) for each, number in zip(sink.transformers, out, strict=True)]
    return PipelineSink(shown(sink.name), entered, tuple(steps[:most]), places[:most])


def _out(sink: str, step: int) -> float:
    return registry.value("nephoscope_pipeline_samples_total", sink=sink, step=str(step + 1))
