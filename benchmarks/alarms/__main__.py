# SPDX-License-Identifier: Apache-2.0
"""`python -m benchmarks.alarms`: measure what deciding alarms costs, and show and keep what was found."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from benchmarks import parts
from benchmarks.alarms import alone, beside, lag
from benchmarks.collection.figure import Figure
from benchmarks.gnocchi import OUT
from benchmarks.peers import aodh


@dataclass(frozen=True)
class Sizes:
    """How many alarms there are in each part; `give_up` is a monotonic time, see the parts."""

    cases: tuple[beside.Case, ...]
    alone: tuple[int, ...]
    big: int
    lag: int


Work = Callable[[Path, Sizes, int, float], tuple[list[Figure], list[str]]]
PARTS: dict[str, Work] = {
    "peer": lambda folder, sizes, rounds, give_up: beside.run(
        folder, aodh.install(OUT / "aodh"), sizes.cases, rounds, give_up
    ),
    "ours": lambda folder, sizes, rounds, give_up: alone.run(folder, sizes.alone, rounds, give_up),
    "big": lambda folder, sizes, rounds, give_up: alone.big(folder, sizes.big, rounds, give_up),
    "lag": lambda folder, sizes, rounds, give_up: lag.run(folder, sizes.lag, rounds, give_up),
}
USUAL = Sizes(beside.cases(1000, 5000, 200), alone=(1000, 5000), big=100_000, lag=10_000)
QUICK = Sizes(beside.cases(200, 500, 20), alone=(200, 500), big=5000, lag=500)


@click.command()
@click.option(
    "--only", callback=parts.only(PARTS), default="", help=f"Some of {', '.join(PARTS)}, with commas between."
)
@click.option("--rounds", default=3, show_default=True, type=click.IntRange(1, 20), help="How often each is done.")
@click.option("--minutes-max", default=15.0, show_default=True, help="No further round of a part is begun after that.")
@click.option("--quick", is_flag=True, help="One round of small sizes, some minutes; the page stays as it is.")
def main(only: list[str], rounds: int, minutes_max: float, quick: bool) -> None:
    """
    Measure alarms: beside Aodh's evaluator, alone, a hundred thousand of them, and how late notifications come.

    \b
        peer  both evaluators on the same rules, in turns, each on one core
        ours  ours with the newest measures in memory and without
        big   a hundred thousand alarms on as many metrics
        lag   the real server: from the end of a bucket to the arrival of the webhook

    Aodh is installed into benchmarks/out/ at the first run. Prints tables with goals and ratios, and writes them to
    docs/explanation/performance.md. The machine should have nothing else to do.

    \b
        python -m benchmarks.alarms --quick
        python -m benchmarks.alarms
        python -m benchmarks.alarms --only peer,big --rounds 2
    """
    sizes, count = (QUICK, 1) if quick else (USUAL, rounds)

    def done(name: str) -> parts.Work:
        return lambda folder: PARTS[name](folder, sizes, count, time.monotonic() + 60 * minutes_max)

    parts.run("alarms", {name: done(name) for name in only}, {aodh.NAME: aodh.VERSION}, kept=not quick)


if __name__ == "__main__":
    main()
