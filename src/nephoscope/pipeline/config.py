# SPDX-License-Identifier: Apache-2.0
"""
What a `pipeline.yaml` says: sources take meters and feed sinks, which transform and publish.

Files written for Ceilometer are read as they are.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Any, Literal

import msgspec

from nephoscope.model.name_filter import NameFilter
from nephoscope.model.yaml_checks import given, given_list, ignored, name_filter, refuse_same_names
from nephoscope.model.yaml_tree import Part, list_of, map_of, plain, read_tree, required, short, some, text_of

TRANSFORMER_NAMES = (
    "accumulator",
    "aggregator",
    "arithmetic",
    "delta",
    "deny",
    "filter",
    "hash",
    "limit",
    "rate_of_change",
    "rename",
    "unit_conversion",
)

Takes = Literal["meters", "events"]

_TOP_KEYS = ("sources", "sinks")
_SINK_KEYS = ("name", "publishers", "transformers")
_TRANSFORMER_KEYS = ("name", "parameters")
# Keys of the time when one file both polled and published, with what became of them.
_HISTORICAL = {
    "interval": "polling.yaml says how often to poll",
    "resources": "polling.yaml says what to poll",
    "discovery": "polling.yaml says what to poll",
    "counters": "'meters' lists the names",
}


class SourceConfig(msgspec.Struct, frozen=True):
    """Samples whose meter, or events whose type, passes `names` go to each of the named sinks."""

    name: str
    names: NameFilter
    sinks: tuple[str, ...]


class TransformerConfig(msgspec.Struct, frozen=True):
    """
    One step of a sink's chain.

    `parameters` are plain YAML values as written, for the transformer itself to check; `place` is "file:line".
    """

    name: str
    parameters: dict[str, Any]
    place: str


class SinkConfig(msgspec.Struct, frozen=True):
    """What arrives runs through the transformers in order and goes to every publisher, a URL each."""

    name: str
    transformers: tuple[TransformerConfig, ...]
    publishers: tuple[str, ...]


class PipelineConfig(msgspec.Struct, frozen=True):
    """The whole file, in its order; `warnings` are sentences about keys that were ignored."""

    sources: tuple[SourceConfig, ...]
    sinks: tuple[SinkConfig, ...]
    warnings: tuple[str, ...]

    def sinks_of(self, source: SourceConfig) -> tuple[SinkConfig, ...]:
        """The sinks that a source of this file feeds, in the order in which it names them."""
        named = {sink.name: sink for sink in self.sinks}
        return tuple(named[name] for name in source.sinks)


def read(text: str, file: str = "pipeline.yaml", takes: Takes = "meters") -> PipelineConfig:
    """
    The pipeline that a file's text describes; `file` is what errors and warnings call it.

    `takes` is the key under which sources list names: `meters`, or `events` in an `event_pipeline.yaml`.

    BadRequest is `file:line: path.of.keys: expected this, there is that`, or says where the YAML itself is broken or
    goes beyond BYTES_MAX, NODES_MAX or DEPTH_MAX. Unknown keys, and those of old releases, only give warnings.
    """
    top = read_tree(text, file)
    keys = map_of(top, _TOP_KEYS)
    listed_sources = list_of(required(top, keys, "sources", "a list of sources"), "a list of sources")
    listed_sinks = list_of(required(top, keys, "sinks", "a list of sinks"), "a list of sinks")
    sinks = tuple(_sink(each) for each in listed_sinks)
    refuse_same_names(listed_sinks)
    sink_names = {sink.name for sink in sinks}
    sources = tuple(_source(each, sink_names, takes) for each in listed_sources)
    refuse_same_names(listed_sources)
    _refuse_same_pairs(listed_sources)
    return PipelineConfig(sources, sinks, tuple(_warnings(top, takes)))


def _source(part: Part, sink_names: Collection[str], takes: Takes) -> SourceConfig:
    keys = map_of(part, _source_keys(takes))
    name = text_of(required(part, keys, "name", "the source's name"), "the source's name")
    what, each_what = f"a list of {takes}", "a meter's name or glob" if takes == "meters" else "an event type or glob"
    names = name_filter(required(part, keys, takes, what), what, each_what)
    sinks = list_of(required(part, keys, "sinks", "a list of sink names"), "a list of sink names")
    if not sinks:
        raise keys["sinks"].wrong("the name of at least one sink")
    for sink in sinks:
        if text_of(sink, "a sink's name") not in sink_names:
            raise sink.wrong(f"the name of a sink ({some(sorted(sink_names))})")
    return SourceConfig(name, names, tuple(text_of(sink, "a sink's name") for sink in sinks))


def _source_keys(takes: Takes) -> tuple[str, ...]:
    return ("name", takes, "sinks")


def _sink(part: Part) -> SinkConfig:
    keys = map_of(part, _SINK_KEYS)
    name = text_of(required(part, keys, "name", "the sink's name"), "the sink's name")
    publishers = list_of(required(part, keys, "publishers", "a list of URLs"), "a list of URLs")
    if not publishers:
        raise keys["publishers"].wrong("at least one URL")
    urls = tuple(_url(text_of(each, "a publisher's URL")) for each in publishers)
    return SinkConfig(name, tuple(_transformer(step) for step in _chain(keys)), urls)


def _chain(keys: dict[str, Part]) -> list[Part]:
    return given_list(keys, "transformers", "a list of transformers")


def _url(publisher: str) -> str:
    """`gnocchi` was once a way to write `gnocchi://`."""
    return publisher if "://" in publisher else f"{publisher}://"


def _transformer(part: Part) -> TransformerConfig:
    keys = map_of(part, _TRANSFORMER_KEYS)
    name = text_of(required(part, keys, "name", "a transformer's name"), "a transformer's name")
    if name not in TRANSFORMER_NAMES:
        raise keys["name"].wrong(f"one of {', '.join(TRANSFORMER_NAMES)}")
    written = given(keys, "parameters")
    if written is None:
        return TransformerConfig(name, {}, f"{part.file}:{part.line}")
    if not isinstance(written.value, dict):
        raise written.wrong("a map of parameters")
    return TransformerConfig(name, plain(written), f"{part.file}:{part.line}")


def _refuse_same_pairs(sources: Iterable[Part]) -> None:
    """A pair is known as `source:sink`, so `a:b` with `c` is the same as `a` with `b:c`."""
    seen: dict[str, Part] = {}
    for source in sources:
        keys = map_of(source, ())
        for sink in list_of(keys["sinks"], "a list of sink names"):
            pair = f"{text_of(keys['name'], 'a name')}:{text_of(sink, 'a name')}"
            first = seen.setdefault(pair, sink)
            if first is not sink:
                raise sink.wrong(
                    "each pair of source and sink once", f"{short(repr(pair))} as in {first.path}, line {first.line}"
                )


def _warnings(top: Part, takes: Takes) -> Iterator[str]:
    """What is ignored, in the order of the file's lists; the file has passed its checks."""
    keys = map_of(top, ())
    yield from ignored(top, _TOP_KEYS)
    for source in list_of(keys["sources"], ""):
        yield from ignored(source, _source_keys(takes), _HISTORICAL)
    for sink in list_of(keys["sinks"], ""):
        yield from ignored(sink, _SINK_KEYS)
        for step in _chain(map_of(sink, ())):
            yield from ignored(step, _TRANSFORMER_KEYS)
