# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Workers of the demo: what they are worth, how busy they say they are, what they answer."""

import threading
import time

import msgspec
import pytest

from nephoscope.api.native.samples import decode
from nephoscope.demo.autoscaling.worker import METRIC, TYPE, WAITING_MAX, Utilisation, Work, sample, serve


def test_a_request_costs_cpu_time_and_the_rest_of_its_share_is_waited() -> None:
    waited: list[float] = []
    before_s = time.thread_time()
    assert Work(0.01, 0.1, waited.append).do()
    spent_s = time.thread_time() - before_s
    assert spent_s >= 0.01
    # Nine times as long as it worked, being a tenth of a core.
    assert [pytest.approx(9 * spent_s, rel=0.5)] == waited


def test_too_many_at_once_are_turned_away() -> None:
    entered, leave = threading.Event(), threading.Event()

    def sleep(_: float) -> None:
        entered.set()
        assert leave.wait(30)

    work = Work(0, 1, sleep)
    said: list[bool] = []
    threads = [threading.Thread(target=lambda: said.append(work.do())) for _ in range(WAITING_MAX)]
    for thread in threads:
        thread.start()
    assert entered.wait(30)
    # All have room; those that have not come so far as to take it yet are waited for.
    while work._room._value:
        time.sleep(0.001)
    assert not work.do()
    leave.set()
    for thread in threads:
        thread.join()
    assert [True] * WAITING_MAX == said
    assert work.do()


def test_utilisation_is_the_share_of_what_the_worker_is() -> None:
    clocks = iter([(1.0, 10.0), (1.05, 11.0), (1.05, 13.0), (1.25, 14.0)])
    now = [next(clocks)]
    found = Utilisation(0.1, lambda: now[0][0], lambda: now[0][1])
    read = []
    for now[0] in clocks:
        read.append(found.read())
    assert [pytest.approx(50), 0, pytest.approx(200)] == read


def test_a_reading_is_a_batch_of_samples() -> None:
    batch = decode(msgspec.json.encode(sample("web-1", "web", 42.5, 7)))
    assert [("web-1", TYPE, {"server_group": "web"})] == [
        (each.id, each.type, each.attributes) for each in batch.resources
    ]
    assert ([METRIC], [7], [42.5]) == ([each.name for each in batch.meters], batch.time_ns, batch.value)


def test_a_port_that_is_taken_ends_the_worker() -> None:
    http = serve(0, Work(0, 1))
    with pytest.raises(OSError, match="Address already in use"):
        serve(http.server_address[1], Work(0, 1))
    http.shutdown()
    http.server_close()
