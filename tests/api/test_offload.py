# SPDX-License-Identifier: Apache-2.0
"""The bridge to threads runs work, gives errors back, and refuses what would not fit."""

import asyncio
import contextvars
import threading

import pytest

from nephoscope.api.offload import Threads, offload
from nephoscope.model.errors import QueueFull


def test_work_runs_in_another_thread_and_its_result_comes_back() -> None:
    here = threading.get_ident()

    assert here != asyncio.run(offload(threading.get_ident))


def test_arguments_and_context_go_along() -> None:
    color = contextvars.ContextVar("color", default="none")

    def work(number: int, *, times: int) -> tuple[str, int]:
        return color.get(), number * times

    async def ask() -> tuple[str, int]:
        color.set("blue")
        return await offload(work, 2, times=3)

    assert asyncio.run(ask()) == ("blue", 6)


def test_an_error_inside_comes_back_as_it_is() -> None:
    with pytest.raises(ZeroDivisionError):
        asyncio.run(offload(lambda: 1 // 0))


def test_a_full_pool_refuses_more_work_and_takes_it_again_later() -> None:
    async def scenario() -> None:
        threads = Threads(threads=1, waiting_max=1)
        gate = threading.Event()
        taken = [asyncio.create_task(threads.run(gate.wait)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(QueueFull):
            await threads.run(gate.is_set)
        gate.set()
        assert await asyncio.gather(*taken) == [True, True]
        assert await threads.run(gate.is_set)
        assert threads.taken == 0

    asyncio.run(scenario())


def test_work_that_is_given_up_before_it_began_gives_its_place_back() -> None:
    async def scenario() -> None:
        threads = Threads(threads=1, waiting_max=5)
        gate = threading.Event()
        running = asyncio.create_task(threads.run(gate.wait))
        waiting = asyncio.create_task(threads.run(gate.is_set))
        await asyncio.sleep(0.01)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert threads.taken == 1
        gate.set()
        await running

    asyncio.run(scenario())
