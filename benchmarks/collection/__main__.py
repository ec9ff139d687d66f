# SPDX-License-Identifier: Apache-2.0
"""`python -m benchmarks.collection`: measure what collection costs, and show and keep what was found."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from benchmarks import parts
from benchmarks.collection import ceilometer, fleet, host, notifications, transformers
from benchmarks.collection.bodies import Fleet
from benchmarks.collection.figure import Figure


@dataclass(frozen=True)
class Sizes:
    """How much is done; `give_up` is the monotonic time after which no further round of a part is begun."""

    rounds: int
    messages: notifications.Counts
    load: fleet.Load


Work = Callable[[Path, Sizes, float], tuple[list[Figure], list[str]]]
PARTS: dict[str, Work] = {
    "notifications": lambda folder, sizes, give_up: notifications.run(folder, sizes.rounds, sizes.messages, give_up),
    "transformers": lambda folder, sizes, give_up: transformers.run(folder, sizes.rounds, give_up),
    "agent": lambda folder, sizes, give_up: host.run(folder, sizes.rounds, give_up),
    "fleet": lambda folder, sizes, give_up: fleet.run(folder, sizes.load),
}
USUAL = Sizes(3, notifications.Counts(ours=10_000, theirs=1_000), fleet.Load(Fleet(2000, 20, 20), 180))
QUICK = Sizes(1, notifications.Counts(ours=1_000, theirs=100), fleet.Load(Fleet(50, 20, 20), 60))


@click.command()
@click.option(
    "--only", callback=parts.only(PARTS), default="", help=f"Some of {', '.join(PARTS)}, with commas between."
)
@click.option("--rounds", default=USUAL.rounds, show_default=True, type=click.IntRange(1, 20), help="Side by side.")
@click.option("--minutes-max", default=15.0, show_default=True, help="No further round of a part is begun after that.")
@click.option("--quick", is_flag=True, help="One round of small sizes, some minutes; the page stays as it is.")
def main(only: list[str], rounds: int, minutes_max: float, quick: bool) -> None:
    """
    Measure collection: notifications, transformers, an agent on a full host, a fleet of agents.

    Beside it run Ceilometer's real agents from the environment of the tests. Prints tables with goals and ratios, and
    writes them to docs/explanation/performance.md. The machine should have nothing else to do.

    \b
        python -m benchmarks.collection --quick
        python -m benchmarks.collection
        python -m benchmarks.collection --only fleet
    """
    sizes = QUICK if quick else Sizes(rounds, USUAL.messages, USUAL.load)

    def done(name: str) -> parts.Work:
        return lambda folder: PARTS[name](folder, sizes, time.monotonic() + 60 * minutes_max)

    peers = {ceilometer.NAME: ceilometer.version()}
    parts.run("collection", {name: done(name) for name in only}, peers, kept=not quick)


if __name__ == "__main__":
    main()
