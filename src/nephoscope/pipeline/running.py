# SPDX-License-Identifier: Apache-2.0
"""Pipelines at work: what comes in has gone through, and is on disk for every publisher, when `take` returns."""

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial

from nephoscope.client.batch import EncodedBatch
from nephoscope.model import agent_report
from nephoscope.model.errors import BadPayload, Unavailable
from nephoscope.model.event import Event
from nephoscope.model.sample_columns import NOTHING, Samples, joined
from nephoscope.observe import dropped, registry
from nephoscope.pipeline import report
from nephoscope.pipeline.chain import Pipeline
from nephoscope.pipeline.config import PipelineConfig
from nephoscope.pipeline.publish.contract import Publisher
from nephoscope.pipeline.publish.outlet import Outlet
from nephoscope.pipeline.state import State
from nephoscope.pipeline.transform.memory import Changes, Memory

log = logging.getLogger(__name__)

PAUSE_S_FIRST, PAUSE_S_MAX = 0.5, 30.0


class Stopped(Unavailable):
    """The pipelines stop; what was to be taken is not, and is to be offered again to their next start."""


class Running:
    """
    The two pipelines of an agent with their publishers and outlets, by the publishers' URLs, and what they remember.

    `take` may be called from any thread; one batch is in the pipelines at a time.
    """

    def __init__(
        self,
        samples: Pipeline,
        events: PipelineConfig | None,
        publishers: Mapping[str, Publisher],
        outlets: Mapping[str, Outlet],
        state: State,
        *,
        wall_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        self._samples = samples
        self._events = events
        self._publishers = publishers
        self._outlets = outlets
        self._state = state
        self._wall_ns = wall_ns
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._stopped = False
        self._memories = samples.memories()
        self._unsaved: dict[str, Changes] = {step: {} for step in self._memories}
        self._remember()

    def start(self) -> None:
        """Publish what waits since the last time, and what comes."""
        for outlet in self._outlets.values():
            outlet.start()

    def stop(self, timeout_s: float) -> None:
        """Take no more, publish what is quickly published; the rest waits on disk. May be called again."""
        self._stopping.set()
        with self._lock:
            if self._stopped:
                return
            self._stopped = True
            until = time.monotonic() + timeout_s
            for outlet in self._outlets.values():
                outlet.stop(max(0.0, until - time.monotonic()))
            self._state.close()

    def seen(self, ids: Iterable[str]) -> set[str]:
        """Which messages were taken before, in this life or an earlier one."""
        with self._lock:
            return self._state.seen(ids)

    def take(self, samples: Samples, events: Sequence[Event] = (), ids: Collection[str] = ()) -> None:
        """
        Take a batch that its sender keeps until this returns; `ids` are those of the messages that it was made of.

        While a disk is full this waits; Stopped when it was in vain.
        """
        with self._lock:
            self._refuse_when_stopped()
            self._save_when_kept(self._passed(samples, events), ids, patient=True)

    def take_or_drop(self, samples: Samples) -> None:
        """Take a batch that nobody has a copy of: what a full disk does not take is counted, and gone."""
        with self._lock:
            self._refuse_when_stopped()
            self._save_when_kept(self._passed(samples, ()), (), patient=False)

    def report(
        self, most: int = agent_report.LISTED_MAX
    ) -> tuple[tuple[agent_report.Pipeline, ...], tuple[agent_report.Outlet, ...]]:
        """The pipelines and the outlets with what has gone through them; `most` bounds each list."""
        urls = list(self._outlets)[:most]
        pipelines = [report.reported(self._samples.config, "meters", urls, most)]
        if self._events is not None:
            pipelines.append(report.reported(self._events, "events", urls, most))
        return tuple(pipelines), tuple(self._outlets[url].report() for url in urls)

    def of_resources(self, resources: Collection[str]) -> dict[str, bytes]:
        """What the pipelines remember of these resources, a page for each step that remembers something."""
        with self._lock:
            pages = {step: memory.of_resources(resources) for step, memory in self._memories.items()}
        return {step: page for step, page in pages.items() if page is not None}

    def hand_over(self, resources: Collection[str]) -> None:
        """Forget these resources: another agent remembers them from now on."""
        with self._lock:
            for memory in self._memories.values():
                memory.forget(resources)
            self._save((), patient=False)

    def take_over(self, pages: Mapping[str, bytes]) -> set[str]:
        """Remember what another agent has, and give whose it is; steps that are not here are passed over."""
        with self._lock:
            found = [_restored(step, memory, pages[step]) for step, memory in self._memories.items() if step in pages]
            self._save((), patient=False)
            return set().union(*found)

    def _refuse_when_stopped(self) -> None:
        if self._stopping.is_set():
            raise Stopped("the pipelines have stopped")

    def _remember(self) -> None:
        self._state.keep_only(self._memories)
        for step, memory in self._memories.items():
            stored = self._state.load(step)
            for page in stored.values():
                _restored(step, memory, page)
            # Rows may have come back on other pages: those of old go in the same step in which the new ones come.
            self._unsaved[step].update(dict.fromkeys(stored))
        self._save((), patient=False)

    def _passed(self, samples: Samples, events: Sequence[Event]) -> dict[str, tuple[Samples, list[Event]]]:
        """What is for each publisher: those of several sinks get the samples of all."""
        now_ns = self._wall_ns()
        due: dict[str, tuple[list[Samples], list[Event]]] = {}
        reached = self._samples.take(samples, now_ns, _count, _count_source)
        for sink in self._samples.config.sinks:
            for url in sink.publishers:
                due.setdefault(url, ([], []))[0].append(reached[sink.name])
        for name, publishers, found in self._events_by_sink(events):
            registry.count("nephoscope_pipeline_events_total", len(found), sink=name)
            for url in publishers:
                due.setdefault(url, ([], []))[1].extend(found)
        return {url: (joined(parts) if parts else NOTHING, found) for url, (parts, found) in due.items()}

    def _events_by_sink(self, events: Sequence[Event]) -> Iterable[tuple[str, tuple[str, ...], list[Event]]]:
        if self._events is None or not events:
            return
        names = {event.type for event in events}
        taken = [(source, source.names.matching(names)) for source in self._events.sources]
        for source, found_names in taken:
            report.count_taken("events", source.name, sum(event.type in found_names for event in events))
        for sink in self._events.sinks:
            wanted = {name for source, found in taken if sink.name in source.sinks for name in found}
            if found := [event for event in events if event.type in wanted]:
                yield sink.name, sink.publishers, found

    def _save_when_kept(
        self, due: dict[str, tuple[Samples, list[Event]]], ids: Collection[str], *, patient: bool
    ) -> None:
        """First what goes out is on disk, then what is remembered of it: a crash in between does it once more."""
        now_ns = self._wall_ns()
        for url, (samples, events) in due.items():
            for batch in self._packed(url, samples, events, now_ns):
                if not self._tried(partial(self._outlets[url].keep, batch), patient=patient):
                    dropped("pipeline", "disk full", batch.samples)
        self._save(ids, patient=patient)

    def _packed(self, url: str, samples: Samples, events: list[Event], now_ns: int) -> Iterator[EncodedBatch]:
        if len(samples):
            yield from self._publishers[url].pack(samples, now_ns)
        if events:
            yield from self._publishers[url].pack_events(events, now_ns)

    def _save(self, ids: Collection[str], *, patient: bool) -> None:
        for step, memory in self._memories.items():
            self._unsaved[step].update(memory.changes())

        def save() -> None:
            self._state.save(self._unsaved, ids)

        if self._tried(save, patient=patient):
            for pages in self._unsaved.values():
                pages.clear()

    def _tried(self, work: Callable[[], None], *, patient: bool) -> bool:
        """Do it, again and again where that is wanted; False when it failed otherwise."""
        pause_s = PAUSE_S_FIRST
        while True:
            try:
                work()
                return True
            except Unavailable as error:
                log.warning("%s", error)
                if not patient:
                    return False
                if self._stopping.wait(pause_s):
                    raise Stopped(f"stopped while waiting: {error}") from error
                pause_s = min(2 * pause_s, PAUSE_S_MAX)


def _restored(step: str, memory: Memory, page: bytes) -> set[str]:
    try:
        return memory.restore(page)
    except BadPayload as error:
        log.error("%s: %s; what was on it begins anew", step, error)
        return set()


def _count(sink: str, step: int, out: Samples) -> None:
    report.count_out(sink, step, len(out))


def _count_source(source: str, taken: Samples) -> None:
    report.count_taken("meters", source, len(taken))
