# SPDX-License-Identifier: Apache-2.0
"""Several nodes that do something at the same time."""

import threading
from collections.abc import Callable

from nephoscope.model.errors import NephoscopeError
from nephoscope.store.index.contract import Index

NODES = 4


def at_once(nodes: list[Index], work: Callable[[Index, int], object]) -> list[object]:
    """What each node's work gives, or the problem of our family that it meets; any other problem is raised."""
    outcomes: list[object] = [None] * len(nodes)
    ready = threading.Barrier(len(nodes))

    def run(place: int) -> None:
        ready.wait()
        try:
            outcomes[place] = work(nodes[place], place)
        except Exception as problem:
            outcomes[place] = problem

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(nodes))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for outcome in outcomes:
        if isinstance(outcome, Exception) and not isinstance(outcome, NephoscopeError):
            raise outcome
    return outcomes


def problems(outcomes: list[object]) -> list[type]:
    return [type(each) for each in outcomes if isinstance(each, Exception)]
