# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Pipelines at work, with publishers that write down what they are sent."""

import json
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from nephoscope.client.batch import EncodedBatch
from nephoscope.client.delivery import Backoff, Delivery
from nephoscope.client.rejected import Rejected
from nephoscope.client.send import Accepted, Outcome, RetryLater
from nephoscope.client.spool import Spool
from nephoscope.model.event import Event
from nephoscope.model.sample_columns import Samples
from nephoscope.model.sample_json import encode
from nephoscope.observe import registry
from nephoscope.pipeline.chain import Pipeline
from nephoscope.pipeline.config import read
from nephoscope.pipeline.publish.outlet import Outlet
from nephoscope.pipeline.running import Running, Stopped
from nephoscope.pipeline.state import State
from tests.pipeline.made import sample, samples

SAMPLES = """
sources:
  - {name: all, meters: ["*"], sinks: [store]}
  - {name: cpu, meters: [cpu], sinks: [rates]}
sinks:
  - {name: store, publishers: ["test-a://"]}
  - name: rates
    transformers: [{name: rate_of_change, parameters: {target: {name: cpu.rate, unit: ns/s, type: gauge}}}]
    publishers: ["test-a://", "test-b://"]
"""
EVENTS = """
sources: [{name: instances, events: ["compute.*"], sinks: [store]}]
sinks: [{name: store, publishers: ["test-b://"]}]
"""


class Written:
    """A publisher whose peer is a list."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []

    def pack(self, samples: Samples, now_ns: int) -> Iterable[EncodedBatch]:
        yield EncodedBatch("id", now_ns, len(samples), "", json.dumps(list(encode(samples))).encode())

    def pack_events(self, events: Sequence[Event], now_ns: int) -> Iterable[EncodedBatch]:
        yield EncodedBatch(
            "id", now_ns, len(events), "", json.dumps([{"event": each.type} for each in events]).encode()
        )

    def send(self, batch: EncodedBatch) -> Outcome:
        self.taken += json.loads(batch.body)
        return Accepted()

    def close(self) -> None:
        self.taken.append({"closed": True})

    def volumes(self, name: str) -> list[float]:
        return [each["volume"] for each in self.taken if each.get("name") == name]


@contextmanager
def running(folder: Path) -> Iterator[tuple[Running, Written, Written]]:
    """Sent to the lists when it is left."""
    peers = {"test-a://": Written(), "test-b://": Written()}
    outlets = {
        url: Outlet(
            url,
            peer,
            Spool(folder / url[5], bytes_max=1_000_000, age_s_max=3600),
            Rejected(folder / "rejected"),
            Backoff(),
        )
        for url, peer in peers.items()
    }
    config = read(EVENTS, "event_pipeline.yaml", takes="events")
    run = Running(Pipeline(read(SAMPLES)), config, peers, outlets, State(folder / "state.sqlite"))
    run.start()
    try:
        yield run, peers["test-a://"], peers["test-b://"]
    finally:
        run.stop(10)


def cpu(volume: float, at_s: float, resource: str = "r1") -> dict[str, Any]:
    return sample("cpu", volume, at_s, type="cumulative", resource_id=resource)


def test_every_publisher_gets_what_its_sinks_let_out(tmp_path: Path) -> None:
    with running(tmp_path) as (run, a, b):
        run.take(samples(cpu(0, 0), sample("memory", 5)))
        run.take(samples(cpu(20, 10)), [Event("e1", "compute.instance.create.end", 0), Event("e2", "image.update", 0)])
    assert ([0, 20], [5], [2]) == (a.volumes("cpu"), a.volumes("memory"), a.volumes("cpu.rate"))
    assert ([], [2], [{"event": "compute.instance.create.end"}]) == (
        b.volumes("cpu"),
        b.volumes("cpu.rate"),
        [each for each in b.taken if "event" in each],
    )


def test_its_report_tells_what_went_where(tmp_path: Path) -> None:
    with running(tmp_path) as (run, _, _):
        before = counts(run)
        run.take(samples(cpu(0, 0), sample("memory", 5)))
        run.take(samples(cpu(20, 10)), [Event("e1", "compute.instance.create.end", 0), Event("e2", "image.update", 0)])
        risen = {key: value - before[key] for key, value in counts(run).items()}
        (pipeline, events), outlets = run.report()
    assert {
        "meters source all": 3,
        "meters source cpu": 2,
        "meters sink store": 3,
        "meters sink rates": 2,
        "rates rate_of_change": 1,
        "events source instances": 1,
        "events sink store": 1,
    } == risen
    assert [("test-a://", ["*"]), ("test-b://", ["cpu"])] == [
        (outlet.name, list(source.takes)) for outlet, source in zip(outlets, pipeline.sources, strict=True)
    ]
    assert [(("store",), (0,)), (("rates",), (0, 1)), (("store",), (1,))] == [
        (source.sinks, sink.outlets)
        for each in (pipeline, events)
        for source, sink in zip(each.sources, each.sinks, strict=True)
    ]
    with running(tmp_path) as (run, _, _):
        (short, _), few = run.report(most=1)
    assert (1, 1, 1) == (len(short.sources), len(short.sinks), len(few))
    assert (0,) == short.sinks[0].outlets


def counts(run: Running) -> dict[str, float]:
    found: dict[str, float] = {}
    for pipeline in run.report()[0]:
        found |= {f"{pipeline.takes} source {each.name}": each.taken for each in pipeline.sources}
        found |= {f"{pipeline.takes} sink {each.name}": each.entered for each in pipeline.sinks}
        found |= {f"{sink.name} {step.name}": step.out for sink in pipeline.sinks for step in sink.steps}
    return found


def test_rates_go_on_after_a_restart(tmp_path: Path) -> None:
    with running(tmp_path) as (run, _, _):
        run.take(samples(cpu(0, 0)))
    with running(tmp_path) as (run, a, _):
        run.take(samples(cpu(30, 10)))
    assert [3] == a.volumes("cpu.rate")


def test_rates_go_on_where_a_resource_goes_to(tmp_path: Path) -> None:
    with running(tmp_path / "old") as (old, _, _), running(tmp_path / "new") as (new, a, _):
        old.take(samples(cpu(0, 0), cpu(0, 0, "r2")))
        assert {"r1"} == new.take_over({"a step that is not here": b"1", **old.of_resources(["r1"])})
        old.hand_over(["r1"])
        new.take(samples(cpu(40, 10)))
        assert ({}, 1) == (old.of_resources(["r1"]), len(old.of_resources(["r2"])))
    assert [4] == a.volumes("cpu.rate")


def test_a_page_that_cannot_be_read_is_told_of_and_the_others_count(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with running(tmp_path) as (run, _, _):
        run.take(samples(cpu(0, 0)))
        (step,) = run.of_resources(["r1"])
    state = State(tmp_path / "state.sqlite")
    state.save({step: {7: b"what is this"}})
    state.close()
    for begins_anew in (True, False):
        caplog.clear()
        with running(tmp_path) as (run, a, _):
            run.take(samples(cpu(10, 10)))
            assert begins_anew is (f"{step}: a page of what was remembered cannot be read" in caplog.text)
        assert [1 if begins_anew else 0] == a.volumes("cpu.rate")


def test_messages_that_were_taken_are_known_after_a_restart(tmp_path: Path) -> None:
    with running(tmp_path) as (run, _, _):
        run.take(samples(cpu(0, 0)), (), ["m1"])
    with running(tmp_path) as (run, _, _):
        assert {"m1"} == run.seen(["m1", "m2"])


def full(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_full_disk_is_waited_for_by_who_has_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with running(tmp_path) as (run, a, _):
        run.take(samples(cpu(0, 0)))
        with monkeypatch.context() as patch:
            patch.setattr("nephoscope.client.spool._write_durably", full)
            waiting = threading.Thread(target=run.take, args=(samples(cpu(50, 10)),))
            waiting.start()
            time.sleep(0.2)
            assert waiting.is_alive()
        waiting.join(10)
        run.take(samples(cpu(80, 20)))
    assert ([0, 50, 80], [5, 3]) == (a.volumes("cpu"), a.volumes("cpu.rate"))


def test_a_stop_ends_the_wait_and_the_batch_is_to_be_offered_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raised: list[BaseException] = []
    with running(tmp_path) as (run, _, _):
        run.take(samples(cpu(0, 0)))
        monkeypatch.setattr("nephoscope.client.spool._write_durably", full)

        def take() -> None:
            try:
                run.take(samples(cpu(50, 10)), (), ["m1"])
            except Stopped as error:
                raised.append(error)

        waiting = threading.Thread(target=take)
        waiting.start()
        time.sleep(0.1)
        run.stop(1)
        waiting.join(10)
    assert 1 == len(raised)
    monkeypatch.undo()
    with running(tmp_path) as (again, a, _):
        assert set() == again.seen(["m1"])
        again.take(samples(cpu(50, 10)), (), ["m1"])
    assert [5] == a.volumes("cpu.rate")


def test_what_nobody_has_a_copy_of_is_dropped_and_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cause = {"station": "pipeline", "cause": "disk full"}
    before = registry.value("nephoscope_dropped_total", **cause)
    with running(tmp_path) as (run, a, _):
        with monkeypatch.context() as patch:
            patch.setattr("nephoscope.client.spool._write_durably", full)
            run.take_or_drop(samples(cpu(0, 0)))
        run.take_or_drop(samples(cpu(10, 10)))
    assert ([10], [1]) == (a.volumes("cpu"), a.volumes("cpu.rate"))
    assert 1 == registry.value("nephoscope_dropped_total", **cause) - before


def test_an_hour_without_the_peer_loses_nothing_and_keeps_the_order(tmp_path: Path) -> None:
    hour = Hour(tmp_path)
    for minute in range(60):
        hour.passes(60)
        hour.put(minute)
    assert ([], 60) == (hour.taken, len(hour.spool))
    hour.away = False
    hour.passes(60)
    hour.put(60)
    assert list(range(61)) == hour.taken
    # At most a minute lies between two tries, and there are not many more than one a minute.
    assert 60 <= hour.tries - 61 <= 150


class Hour:
    """A delivery whose clock is moved, to a peer that is away."""

    def __init__(self, folder: Path) -> None:
        self.now_s = 0.0
        self.away = True
        self.tries = 0
        self.taken: list[int] = []
        self.spool = Spool(folder, bytes_max=10**6, age_s_max=7 * 86400, wall_ns=lambda: int(self.now_s * 1e9))
        backoff = Backoff(longest_s=60, monotonic=lambda: self.now_s)
        self.delivery = Delivery(self, self.spool, Rejected(folder / "rejected"), backoff)

    def send(self, batch: EncodedBatch) -> Outcome:
        self.tries += 1
        if self.away:
            return RetryLater("connection refused")
        self.taken.append(int(batch.body))
        return Accepted()

    def put(self, number: int) -> None:
        assert (
            self.delivery.write(EncodedBatch(str(number), int(self.now_s * 1e9), 1, "", str(number).encode())) is None
        )
        self.send_what_may_be_sent()

    def passes(self, seconds: int) -> None:
        for _ in range(seconds):
            self.now_s += 1
            self.send_what_may_be_sent()

    def send_what_may_be_sent(self) -> None:
        while self.delivery.wait_s == 0:
            self.delivery.catch_up()
