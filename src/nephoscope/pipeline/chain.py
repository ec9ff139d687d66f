# SPDX-License-Identifier: Apache-2.0
"""The way of samples through a pipeline: sources say which go to which sinks, sinks change them step by step."""

import zlib
from collections.abc import Callable, Iterator, Sequence

import msgspec
import numpy as np

from nephoscope.model.sample_columns import Samples, joined
from nephoscope.pipeline.config import PipelineConfig, SourceConfig
from nephoscope.pipeline.transform import Transformer, made
from nephoscope.pipeline.transform.memory import Memory

Watch = Callable[[int, Samples], None]


class Chain:
    """The transformers of one sink, in their order."""

    def __init__(self, transformers: Sequence[Transformer]) -> None:
        self._transformers = list(transformers)

    def memories(self) -> Iterator[tuple[int, Memory]]:
        """What its transformers remember, by their positions."""
        for step, transformer in enumerate(self._transformers):
            if transformer.memory is not None:
                yield step, transformer.memory

    def take(self, samples: Samples, now_ns: int, watch: Watch = lambda step, out: None) -> Samples:
        """
        What reaches the publishers after a batch: what passes at once, then what each transformer lets go.

        `watch` is told what comes out of each transformer, by its position.
        """
        parts = [self._through(0, samples, watch)]
        for step, transformer in enumerate(self._transformers):
            flushed = transformer.flush(now_ns)
            if len(flushed):
                watch(step, flushed)
                parts.append(self._through(step + 1, flushed, watch))
        return joined([each for each in parts if len(each)])

    def _through(self, first: int, samples: Samples, watch: Watch) -> Samples:
        for step in range(first, len(self._transformers)):
            samples = self._transformers[step].take(samples)
            watch(step, samples)
        return samples


class Pipeline:
    """
    Sources and sinks as a file has them.

    A sink that several sources lead to has one chain, which gets the samples of all.
    """

    def __init__(self, config: PipelineConfig) -> None:
        """BadRequest when a transformer's parameters are wrong."""
        self.config = config
        self._chains = {sink.name: Chain([made(each) for each in sink.transformers]) for sink in config.sinks}

    def memories(self) -> dict[str, Memory]:
        """
        What its transformers remember, by names that stay while the file says the same of them.

        A transformer under other parameters has another name: what it remembered meant something else.
        """
        named = {}
        for sink in self.config.sinks:
            for step, memory in self._chains[sink.name].memories():
                about = sink.transformers[step]
                written = msgspec.json.encode([about.name, about.parameters], order="deterministic")
                named[f"{sink.name}/{step}/{about.name}/{zlib.crc32(written):08x}"] = memory
        return named

    def take(
        self,
        samples: Samples,
        now_ns: int,
        watch: Callable[[str, int, Samples], None] = lambda sink, step, out: None,
        watch_source: Callable[[str, Samples], None] = lambda source, taken: None,
    ) -> dict[str, Samples]:
        """
        What reaches each sink's publishers.

        `watch` is told what enters a sink, as step -1, and what each step gives; `watch_source` what a source takes.
        """
        reached = {}
        taken = [(source, matching(source, samples)) for source in self.config.sources]
        for source, found in taken:
            watch_source(source.name, found)
        for sink in self.config.sinks:
            entering = joined([found for source, found in taken if sink.name in source.sinks])
            watch(sink.name, -1, entering)

            def told(step: int, out: Samples, name: str = sink.name) -> None:
                watch(name, step, out)

            reached[sink.name] = self._chains[sink.name].take(entering, now_ns, told)
        return reached


def matching(source: SourceConfig, samples: Samples) -> Samples:
    """The samples whose names a source takes."""
    names = samples.name.tolist()
    taken = source.names.matching(set(names))
    rows = np.fromiter((each in taken for each in names), bool, len(names))
    return samples if rows.all() else samples.take(rows)
